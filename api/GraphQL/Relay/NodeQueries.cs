using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Rates;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Relay;

public sealed class NodeQueries
{
    /// <summary>Anything by its id; null when there is nothing that the caller may see.</summary>
    public Task<INode?> GetNodeAsync([ID] string id, ResolverContext context) => LoadAsync(id, context);

    /// <summary>Many things by their ids, at most a page of them, in the order asked for; null in the place of what is not there.</summary>
    [ListSize(25, SlicingArgument = "ids")]
    public async Task<IReadOnlyList<INode?>> GetNodesAsync([ID] IReadOnlyList<string> ids, ResolverContext context)
    {
        var most = context.Request.Options.PageSizeMax;
        if (ids.Count > most) throw new GraphQLException($"At most {most} ids at once.", GraphQLErrorCodes.PageSizeExceeded);
        return await Task.WhenAll(ids.Select(id => LoadAsync(id, context)));
    }

    static async Task<INode?> LoadAsync(string id, ResolverContext context)
    {
        var ids = context.Service<GlobalIds>();
        if (!ids.TryDecode(id, out var key))
            return RateNode.TryRead(ids, id, out var rate) ? await context.DataLoader<RateByKey>().LoadAsync(rate) : null;
        return key.Kind switch
        {
            NodeKind.Organisation => await context.DataLoader<OrganisationById>().LoadAsync(Small(key)),
            NodeKind.Contract => await context.DataLoader<ContractById>().LoadAsync(Small(key)),
            NodeKind.Property => await context.DataLoader<PropertyById>().LoadAsync(Small(key)),
            NodeKind.Operative => await context.DataLoader<OperativeById>().LoadAsync(Small(key)),
            NodeKind.Job => await context.DataLoader<JobById>().LoadAsync(key.Id),
            NodeKind.Visit => await context.DataLoader<VisitByKey>().LoadAsync((key.Id, key.Number)),
            _ => null,
        };
    }

    static int Small(NodeKey key) => key.Id is >= 0 and <= int.MaxValue ? (int)key.Id : 0;
}
