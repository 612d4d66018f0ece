using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Jobs;

public sealed class JobQueries
{
    /// <summary>A list below each item of another is a statement each: the price keeps their number small.</summary>
    internal const int NestedCost = 20;

    /// <summary>A job by its id or by its reference; null when there is none that the caller may see.</summary>
    /// <param name="reference">As people type it: any case, with or without the hyphen; O is read as 0, I and L as 1.</param>
    public async Task<JobNode?> GetJobAsync(JobById loader, [Service] GlobalIds ids, [ID] string? id = null, string? reference = null)
    {
        if (id is null == reference is null) throw new GraphQLException("Give the id or the reference.", GraphQLErrorCodes.BadUserInput);
        var key = reference is null ? ids.Decode(NodeKind.Job, id) : JobId.TryParse(reference, out var parsed) ? parsed.Value : null;
        return await loader.LoadAsync(key ?? -1);
    }

    public Task<Connection<JobNode>> GetJobsAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        JobFilterInput? where = null, IReadOnlyList<JobSortInput>? order = null) =>
        ReadAsync(pages, page, where, order, rows => rows, cancellationToken);

    internal static Task<Connection<JobNode>> ReadAsync(
        PageReader pages, PageArguments page, JobFilterInput? where, IReadOnlyList<JobSortInput>? order,
        Func<IQueryable<JobRecord>, IQueryable<JobRecord>> of, CancellationToken cancellationToken)
    {
        pages.DemandOperatives(Conditions<JobRecord>.NamesOperative(where));
        return pages.ReadAsync(
            RecordKind.Job,
            context => Conditions<JobRecord>.Filter(of(context.Jobs), where, pages.Ids),
            JobSortInput.Of(order), page, row => new JobNode(row), cancellationToken,
            JobSortInput.IsWorkedOut(order) ? null : JobRows.Recorded);
    }
}

[ExtendObjectType(typeof(PropertyNode))]
public sealed class PropertyJobs
{
    /// <summary>The repairs at the property.</summary>
    [Cost(JobQueries.NestedCost)]
    public Task<Connection<JobNode>> GetJobsAsync(
        [Parent] PropertyNode property, PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        JobFilterInput? where = null, IReadOnlyList<JobSortInput>? order = null)
    {
        var key = property.Key;
        return JobQueries.ReadAsync(pages, page, where, order, rows => rows.Where(row => row.PropertyId == key), cancellationToken);
    }
}

[ExtendObjectType(typeof(ContractNode))]
public sealed class ContractJobs
{
    /// <summary>The repairs under the contract.</summary>
    [Cost(JobQueries.NestedCost)]
    public Task<Connection<JobNode>> GetJobsAsync(
        [Parent] ContractNode contract, PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        JobFilterInput? where = null, IReadOnlyList<JobSortInput>? order = null)
    {
        var key = contract.Key;
        return JobQueries.ReadAsync(pages, page, where, order, rows => rows.Where(row => row.ContractId == key), cancellationToken);
    }
}
