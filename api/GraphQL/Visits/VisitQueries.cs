using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Visits;

public sealed class VisitQueries
{
    /// <summary>The visits of jobs that the caller sees, held ones included.</summary>
    public Task<Connection<VisitNode>> GetVisitsAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        VisitFilterInput? where = null, IReadOnlyList<VisitSortInput>? order = null)
    {
        pages.DemandOperatives(Conditions<VisitRecord>.NamesOperative(where) || VisitSortInput.NamesOperative(order));
        return pages.ReadAsync(
            RecordKind.Appointment,
            context => Conditions<VisitRecord>.Filter(context.Visits, where, pages.Ids),
            VisitSortInput.Of(order), page, row => new VisitNode(row), cancellationToken,
            VisitSortInput.IsWorkedOut(order) ? null : VisitRows.Recorded);
    }
}
