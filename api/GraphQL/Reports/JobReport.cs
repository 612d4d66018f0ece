using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Reports;

/// <summary>What jobs are added up by.</summary>
public enum JobDimension
{
    None = 0,

    /// <summary>The day of the report.</summary>
    Day = 1,

    /// <summary>The patch of the property.</summary>
    Area = 2,
    Contract = 3,

    /// <summary>The trade of the first line.</summary>
    Trade = 4,
    Status = 5,
    Emergency = 6,

    /// <summary>Who has the job's first visit.</summary>
    Operative = 7,
}

/// <summary>One line of a report on jobs: what it is for, and what it comes to.</summary>
public sealed class JobTotal
{
    /// <summary>Null unless the report is by day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Null unless the report is by area.</summary>
    public string? Area { get; init; }

    /// <summary>Null unless the report is by trade.</summary>
    public string? Trade { get; init; }

    /// <summary>Null unless the report is by status.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Null unless the report is by emergency.</summary>
    public bool? Emergency { get; init; }

    public int Count { get; init; }

    /// <summary>Standard minutes of all lines, all together.</summary>
    public int TotalStandardMinutes { get; init; }

    public double AverageStandardMinutes { get; init; }

    /// <summary>Hours from the report to the start of the promised window, on average; null when nothing is promised.</summary>
    public double? AverageLeadHours { get; init; }

    internal int? ContractKey { get; init; }

    internal int? OperativeKey { get; init; }

    /// <summary>Null unless the report is by operative, for jobs with no visit, or for those who may not see the contractor's
    /// people.</summary>
    public async Task<OperativeNode?> GetOperativeAsync(OperativeById loader) =>
        OperativeKey is { } key ? await loader.LoadAsync(key) : null;

    /// <summary>Null unless the report is by contract.</summary>
    public async Task<ContractNode?> GetContractAsync(ContractById loader) => ContractKey is { } key ? await loader.LoadAsync(key) : null;

    sealed class Key
    {
        public DateOnly? Day { get; init; }

        public string? Area { get; init; }

        public int? Contract { get; init; }

        public string? Trade { get; init; }

        public JobStatus? Status { get; init; }

        public bool? Emergency { get; init; }

        public int? Operative { get; init; }
    }

    /// <summary>One statement, whatever it is grouped by.</summary>
    internal static IQueryable<JobTotal> Of(IQueryable<JobRecord> rows, IReadOnlySet<string> by) => rows
        .GroupBy(Grouping.KeyOf<JobRecord, Key>(
            row => new Key
            {
                Day = row.ReportedDay,
                Area = row.Patch,
                Contract = row.ContractId,
                Trade = row.Trade,
                Status = row.Status,
                Emergency = row.Emergency,
                Operative = row.Visits!.OrderBy(visit => visit.Number).Select(visit => (int?)visit.OperativeId).FirstOrDefault(),
            },
            by))
        .Select(group => new JobTotal
        {
            Day = group.Key.Day,
            Area = group.Key.Area,
            ContractKey = group.Key.Contract,
            Trade = group.Key.Trade,
            Status = group.Key.Status,
            Emergency = group.Key.Emergency,
            OperativeKey = group.Key.Operative,
            Count = group.Count(),
            TotalStandardMinutes = group.Sum(row => row.StandardMinutes),
            AverageStandardMinutes = group.Average(row => row.StandardMinutes),
            AverageLeadHours = group.Average(row => row.LeadHours),
        })
        .OrderBy(total => total.Day).ThenBy(total => total.Area).ThenBy(total => total.ContractKey).ThenBy(total => total.Trade)
        .ThenBy(total => total.Status).ThenBy(total => total.Emergency).ThenBy(total => total.OperativeKey);
}
