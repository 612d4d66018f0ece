using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Reports;

/// <summary>What visits are added up by.</summary>
public enum VisitDimension
{
    None = 0,
    Day = 1,
    Operative = 2,

    /// <summary>The patch of the property.</summary>
    Area = 3,
    Contract = 4,
    Trade = 5,
    State = 6,
}

/// <summary>One line of a report on visits: what it is for, and what it comes to.</summary>
public sealed class VisitTotal
{
    /// <summary>Null unless the report is by day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Null unless the report is by area.</summary>
    public string? Area { get; init; }

    /// <summary>Null unless the report is by trade.</summary>
    public string? Trade { get; init; }

    /// <summary>Null unless the report is by state.</summary>
    public VisitState? State { get; init; }

    public int Count { get; init; }

    /// <summary>Planned minutes on site, all together.</summary>
    public double TotalMinutes { get; init; }

    public double AverageMinutes { get; init; }

    internal int? OperativeKey { get; init; }

    internal int? ContractKey { get; init; }

    /// <summary>Null unless the report is by operative, or for those who may not see the contractor's people.</summary>
    public async Task<OperativeNode?> GetOperativeAsync(OperativeById loader) =>
        OperativeKey is { } key ? await loader.LoadAsync(key) : null;

    /// <summary>Null unless the report is by contract.</summary>
    public async Task<ContractNode?> GetContractAsync(ContractById loader) => ContractKey is { } key ? await loader.LoadAsync(key) : null;

    sealed class Key
    {
        public DateOnly? Day { get; init; }

        public int? Operative { get; init; }

        public string? Area { get; init; }

        public int? Contract { get; init; }

        public string? Trade { get; init; }

        public VisitState? State { get; init; }
    }

    /// <summary>One statement, whatever it is grouped by.</summary>
    internal static IQueryable<VisitTotal> Of(IQueryable<VisitRecord> rows, IReadOnlySet<string> by) => rows
        .GroupBy(Grouping.KeyOf<VisitRecord, Key>(
            row => new Key
            {
                Day = row.Day,
                Operative = row.OperativeId,
                Area = row.Patch,
                Contract = row.ContractId,
                Trade = row.Trade,
                State = row.State,
            },
            by))
        .Select(group => new VisitTotal
        {
            Day = group.Key.Day,
            OperativeKey = group.Key.Operative,
            Area = group.Key.Area,
            ContractKey = group.Key.Contract,
            Trade = group.Key.Trade,
            State = group.Key.State,
            Count = group.Count(),
            TotalMinutes = group.Sum(row => row.Minutes),
            AverageMinutes = group.Average(row => row.Minutes),
        })
        .OrderBy(total => total.Day).ThenBy(total => total.OperativeKey).ThenBy(total => total.Area).ThenBy(total => total.ContractKey)
        .ThenBy(total => total.Trade).ThenBy(total => total.State);
}
