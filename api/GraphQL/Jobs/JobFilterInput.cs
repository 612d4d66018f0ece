using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>Which jobs; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class JobFilterInput : IRowFilter<JobRecord, JobFilterInput>
{
    public IReadOnlyList<JobFilterInput>? And { get; init; }

    public IReadOnlyList<JobFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Id { get; init; }

    /// <summary>By what people read out on the telephone; small letters and missing hyphens are understood.</summary>
    public IdOperationFilterInput? Reference { get; init; }

    public IdOperationFilterInput? Contract { get; init; }

    public IdOperationFilterInput? Client { get; init; }

    public IdOperationFilterInput? Contractor { get; init; }

    public IdOperationFilterInput? Property { get; init; }

    /// <summary>An operative who has a visit of the job in the diary.</summary>
    [OrleansScheduling.GraphQL.Building.ID]
    public string? Operative { get; init; }

    public JobStatusOperationFilterInput? Status { get; init; }

    public BooleanOperationFilterInput? Emergency { get; init; }

    public StringOperationFilterInput? Description { get; init; }

    public DateTimeOperationFilterInput? ReportedAt { get; init; }

    public DateOperationFilterInput? ReportedDay { get; init; }

    public DateTimeOperationFilterInput? PromiseStarts { get; init; }

    public DateTimeOperationFilterInput? PromiseEnds { get; init; }

    public StringOperationFilterInput? PromiseWindow { get; init; }

    public DateOperationFilterInput? BookedDay { get; init; }

    public DateTimeOperationFilterInput? HoldExpiresAt { get; init; }

    public StringOperationFilterInput? Patch { get; init; }

    public StringOperationFilterInput? Postcode { get; init; }

    /// <summary>The trade of the first line.</summary>
    public StringOperationFilterInput? Trade { get; init; }

    /// <summary>The codes of the lines.</summary>
    public ListStringOperationFilterInput? Lines { get; init; }

    public IntOperationFilterInput? StandardMinutes { get; init; }

    /// <summary>Hours from the report to the start of the promised window.</summary>
    public FloatOperationFilterInput? LeadHours { get; init; }

    bool IRowFilter<JobRecord, JobFilterInput>.NamesOperative => Operative is not null;

    void IRowFilter<JobRecord, JobFilterInput>.Add(Conditions<JobRecord> conditions)
    {
        conditions
            .OnJob(Id, row => row.Id)
            .OnReference(Reference, row => row.Id)
            .On(Contract, NodeKind.Contract, row => row.ContractId)
            .On(Client, NodeKind.Organisation, row => row.ClientId)
            .On(Contractor, NodeKind.Organisation, row => row.ContractorId)
            .On(Property, NodeKind.Property, row => row.PropertyId)
            .On(Status, row => row.Status)
            .On(Emergency, row => row.Emergency)
            .On(Description, row => row.Description)
            .On(ReportedAt, row => row.ReportedAt)
            .On(ReportedDay, row => row.ReportedDay)
            .On(PromiseStarts, row => row.PromiseStarts)
            .On(PromiseEnds, row => row.PromiseEnds)
            .On(PromiseWindow, row => row.PromiseWindow)
            .On(BookedDay, row => row.BookedDay)
            .On(HoldExpiresAt, row => row.HoldExpiresAt)
            .On(Patch, row => row.Patch)
            .On(Postcode, row => row.Postcode)
            .On(Trade, row => row.Trade)
            .On(Lines, row => row.JobLines!, line => line.Code)
            .On(StandardMinutes, row => row.StandardMinutes)
            .On(LeadHours, row => row.LeadHours);
        if (Operative is null) return;
        var operative = conditions.Ids.DecodeSmall(NodeKind.Operative, Operative);
        conditions.On(row => row.Visits!.Any(visit => visit.OperativeId == operative));
    }
}

/// <summary>How jobs are sorted; the newest first when nothing is given. What has no value counts as the
/// last of all: ascending it ends the list, descending it begins it.</summary>
[Cost(FilterCosts.Sort)]
public sealed class JobSortInput
{
    static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly SortField<JobRecord> ById = SortField.Of<JobRecord, long>("id", row => row.Id);
    static readonly SortField<JobRecord> ByReported = SortField.Of<JobRecord, DateTimeOffset>("reportedAt", row => row.ReportedAt);
    static readonly SortField<JobRecord> ByPromise =
        SortField.Of<JobRecord, DateTimeOffset>("promiseStarts", row => row.PromiseStarts ?? Never);

    static readonly SortField<JobRecord> ByPromiseEnd =
        SortField.Of<JobRecord, DateTimeOffset>("promiseEnds", row => row.PromiseEnds ?? Never);

    static readonly SortField<JobRecord> ByBookedDay =
        SortField.Of<JobRecord, DateOnly>("bookedDay", row => row.BookedDay ?? DateOnly.MaxValue);

    static readonly SortField<JobRecord> ByStatus = SortField.Of<JobRecord, int>("status", row => (int)row.Status);
    static readonly SortField<JobRecord> ByPatch = SortField.Of<JobRecord, string>("patch", row => row.Patch ?? "~");
    static readonly SortField<JobRecord> ByPostcode = SortField.Of<JobRecord, string>("postcode", row => row.Postcode ?? "~");
    static readonly SortField<JobRecord> ByTrade = SortField.Of<JobRecord, string>("trade", row => row.Trade ?? "~");
    static readonly SortField<JobRecord> ByMinutes = SortField.Of<JobRecord, int>("standardMinutes", row => row.StandardMinutes);

    static readonly SortField<JobRecord> ByContract = SortField.Of<JobRecord, int>("contract", row => row.ContractId);
    static readonly SortField<JobRecord> ByClient = SortField.Of<JobRecord, int>("client", row => row.ClientId);
    static readonly SortField<JobRecord> ByContractor = SortField.Of<JobRecord, int>("contractor", row => row.ContractorId);
    static readonly SortField<JobRecord> ByWindow = SortField.Of<JobRecord, string>("promiseWindow", row => row.PromiseWindow ?? "~");
    static readonly SortField<JobRecord> ByHoldExpiry =
        SortField.Of<JobRecord, DateTimeOffset>("holdExpiresAt", row => row.HoldExpiresAt ?? Never);

    static readonly SortField<JobRecord> ByProperty = SortField.Of<JobRecord, int>("property", row => row.PropertyId);
    static readonly SortField<JobRecord> ByEmergency = SortField.Of<JobRecord, int>("emergency", row => row.Emergency ? 1 : 0);
    static readonly SortField<JobRecord> ByLead = SortField.Of<JobRecord, double>("leadHours", row => row.LeadHours ?? double.MaxValue);

    public SortDirection? ReportedAt { get; init; }

    /// <summary>A reference begins with the day of the report, so this is nearly the same; but no two jobs share one.</summary>
    public SortDirection? Reference { get; init; }

    /// <summary>Jobs of one client together.</summary>
    public SortDirection? Client { get; init; }

    /// <summary>Jobs of one contractor together.</summary>
    public SortDirection? Contractor { get; init; }

    /// <summary>By the code of the promised window.</summary>
    public SortDirection? PromiseWindow { get; init; }

    public SortDirection? HoldExpiresAt { get; init; }

    public SortDirection? PromiseStarts { get; init; }

    public SortDirection? PromiseEnds { get; init; }

    /// <summary>Jobs of one contract together.</summary>
    public SortDirection? Contract { get; init; }

    /// <summary>Jobs of one property together.</summary>
    public SortDirection? Property { get; init; }

    /// <summary>Descending: emergencies first.</summary>
    public SortDirection? Emergency { get; init; }

    /// <summary>Hours from the report to the start of the promised window.</summary>
    public SortDirection? LeadHours { get; init; }

    public SortDirection? BookedDay { get; init; }

    public SortDirection? Status { get; init; }

    public SortDirection? Patch { get; init; }

    public SortDirection? Postcode { get; init; }

    public SortDirection? Trade { get; init; }

    public SortDirection? StandardMinutes { get; init; }

    /// <summary>Whether a list is sorted by something that is worked out, and not in the job's row.</summary>
    internal static bool IsWorkedOut(IReadOnlyList<JobSortInput>? order) => order?.Any(one =>
        (one.BookedDay ?? one.Patch ?? one.Postcode ?? one.Trade ?? one.StandardMinutes ?? one.LeadHours) is not null) == true;

    internal static SortOrder<JobRecord> Of(IReadOnlyList<JobSortInput>? order) => SortOrder<JobRecord>.Of(
        (order ?? []).SelectMany(one => new[]
        {
            (ByReported, one.ReportedAt), (ByPromise, one.PromiseStarts), (ByBookedDay, one.BookedDay), (ByStatus, one.Status),
            (ByPromiseEnd, one.PromiseEnds), (ByContract, one.Contract), (ByEmergency, one.Emergency), (ByLead, one.LeadHours),
            (ByPatch, one.Patch), (ByPostcode, one.Postcode), (ByTrade, one.Trade), (ByMinutes, one.StandardMinutes),
            (ById, one.Reference), (ByClient, one.Client), (ByContractor, one.Contractor), (ByWindow, one.PromiseWindow),
            (ByHoldExpiry, one.HoldExpiresAt), (ByProperty, one.Property),
        }),
        // A job's id begins with its day: the primary key is the order of "newest first".
        (ById, true));
}
