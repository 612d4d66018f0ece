using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Rates;

public sealed class RateQueries
{
    /// <summary>An item by its schedule and code; null when there is none that the caller may see.</summary>
    public Task<RateNode?> GetRateAsync(string schedule, string code, RateByKey loader) => loader.LoadAsync(new RateKey(schedule, code));

    /// <summary>The schedules of rates of the contracts that the caller sees.</summary>
    public Task<Connection<RateNode>> GetScheduleOfRatesAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        RateFilterInput? where = null, IReadOnlyList<RateSortInput>? order = null) =>
        pages.ReadAsync(
            RecordKind.Rate,
            context => Conditions<RateRecord>.Filter(context.Rates, where, pages.Ids),
            RateSortInput.Of(order), page, row => new RateNode(row), cancellationToken);
}

/// <summary>A contract's own schedule of rates.</summary>
[ExtendObjectType(typeof(Contracts.ContractNode))]
public sealed class ContractRates
{
    [Cost(Jobs.JobQueries.NestedCost)]
    public Task<Connection<RateNode>> GetRatesAsync(
        [Parent] Contracts.ContractNode contract, PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        RateFilterInput? where = null, IReadOnlyList<RateSortInput>? order = null)
    {
        var schedule = contract.Schedule;
        return pages.ReadAsync(
            RecordKind.Rate,
            context => Conditions<RateRecord>.Filter(context.Rates.Where(row => row.Schedule == schedule), where, pages.Ids),
            RateSortInput.Of(order), page, row => new RateNode(row), cancellationToken);
    }
}
