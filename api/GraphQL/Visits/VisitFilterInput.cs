using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Visits;

/// <summary>Which visits; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class VisitFilterInput : IRowFilter<VisitRecord, VisitFilterInput>
{
    public IReadOnlyList<VisitFilterInput>? And { get; init; }

    public IReadOnlyList<VisitFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Job { get; init; }

    public IdOperationFilterInput? Operative { get; init; }

    public IdOperationFilterInput? Contract { get; init; }

    public IdOperationFilterInput? Property { get; init; }

    public DateOperationFilterInput? Day { get; init; }

    public DateTimeOperationFilterInput? Starts { get; init; }

    public DateTimeOperationFilterInput? Ends { get; init; }

    /// <summary>When work on site really began; null while it has not.</summary>
    public DateTimeOperationFilterInput? ActualStarts { get; init; }

    /// <summary>When it really ended; null while it has not.</summary>
    public DateTimeOperationFilterInput? ActualEnds { get; init; }

    public DateTimeOperationFilterInput? PromiseStarts { get; init; }

    public DateTimeOperationFilterInput? PromiseEnds { get; init; }

    public DateTimeOperationFilterInput? HoldExpiresAt { get; init; }

    public StringOperationFilterInput? PromiseWindow { get; init; }

    public IntOperationFilterInput? Stage { get; init; }

    public VisitStateOperationFilterInput? State { get; init; }

    /// <summary>Whether the start is kept where it is when others are moved.</summary>
    public BooleanOperationFilterInput? StartFixed { get; init; }

    public BooleanOperationFilterInput? Emergency { get; init; }

    public FloatOperationFilterInput? Minutes { get; init; }

    public FloatOperationFilterInput? LateMinutes { get; init; }

    public StringOperationFilterInput? Patch { get; init; }

    public StringOperationFilterInput? Trade { get; init; }

    bool IRowFilter<VisitRecord, VisitFilterInput>.NamesOperative => Operative is not null;

    void IRowFilter<VisitRecord, VisitFilterInput>.Add(Conditions<VisitRecord> conditions) => conditions
        .OnJob(Job, row => row.JobId)
        .On(Operative, NodeKind.Operative, row => row.OperativeId)
        .On(Contract, NodeKind.Contract, row => row.ContractId)
        .On(Property, NodeKind.Property, row => row.PropertyId)
        .On(Day, row => row.Day)
        .On(Starts, row => row.Starts)
        .On(Ends, row => row.Ends)
        .On(ActualStarts, row => row.ActualStarts)
        .On(ActualEnds, row => row.ActualEnds)
        .On(PromiseStarts, row => row.PromiseStarts)
        .On(PromiseEnds, row => row.PromiseEnds)
        .On(HoldExpiresAt, row => row.HoldExpiresAt)
        .On(PromiseWindow, row => row.PromiseWindow)
        .On(Stage, row => (int)row.Stage)
        .On(State, row => row.State)
        .On(StartFixed, row => row.StartFixed)
        .On(Emergency, row => row.Emergency)
        .On(Minutes, row => row.Minutes)
        .On(LateMinutes, row => row.LateMinutes)
        .On(Patch, row => row.Patch)
        .On(Trade, row => row.Trade);
}

/// <summary>How visits are sorted; by planned start when nothing is given. What has no value counts as the
/// last of all: ascending it ends the list, descending it begins it.</summary>
[Cost(FilterCosts.Sort)]
public sealed class VisitSortInput
{
    static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly SortField<VisitRecord> ByJob = SortField.Of<VisitRecord, long>("job", row => row.JobId);
    static readonly SortField<VisitRecord> ByNumber = SortField.Of<VisitRecord, int>("number", row => row.Number);
    static readonly SortField<VisitRecord> ByDay = SortField.Of<VisitRecord, DateOnly>("day", row => row.Day);
    static readonly SortField<VisitRecord> ByStarts = SortField.Of<VisitRecord, DateTimeOffset>("starts", row => row.Starts);
    static readonly SortField<VisitRecord> ByPromise = SortField.Of<VisitRecord, DateTimeOffset>("promiseStarts", row => row.PromiseStarts);
    static readonly SortField<VisitRecord> ByPromiseEnd = SortField.Of<VisitRecord, DateTimeOffset>("promiseEnds", row => row.PromiseEnds);
    static readonly SortField<VisitRecord> ByWindow = SortField.Of<VisitRecord, string>("promiseWindow", row => row.PromiseWindow);
    static readonly SortField<VisitRecord> ByActualStart =
        SortField.Of<VisitRecord, DateTimeOffset>("actualStarts", row => row.ActualStarts ?? Never);

    static readonly SortField<VisitRecord> ByActualEnd =
        SortField.Of<VisitRecord, DateTimeOffset>("actualEnds", row => row.ActualEnds ?? Never);

    static readonly SortField<VisitRecord> ByHoldExpiry =
        SortField.Of<VisitRecord, DateTimeOffset>("holdExpiresAt", row => row.HoldExpiresAt ?? Never);

    static readonly SortField<VisitRecord> ByStage = SortField.Of<VisitRecord, int>("stage", row => row.Stage);
    static readonly SortField<VisitRecord> ByProperty = SortField.Of<VisitRecord, int>("property", row => row.PropertyId ?? int.MaxValue);
    static readonly SortField<VisitRecord> ByMinutes = SortField.Of<VisitRecord, double>("minutes", row => row.Minutes);
    static readonly SortField<VisitRecord> ByLate = SortField.Of<VisitRecord, double>("lateMinutes", row => row.LateMinutes);
    static readonly SortField<VisitRecord> ByEnds = SortField.Of<VisitRecord, DateTimeOffset>("ends", row => row.Ends);
    static readonly SortField<VisitRecord> ByOperative = SortField.Of<VisitRecord, int>("operative", row => row.OperativeId);
    static readonly SortField<VisitRecord> ByContract = SortField.Of<VisitRecord, int>("contract", row => row.ContractId);
    static readonly SortField<VisitRecord> ByState = SortField.Of<VisitRecord, int>("state", row => (int)row.State);
    static readonly SortField<VisitRecord> ByFixed = SortField.Of<VisitRecord, int>("startFixed", row => row.StartFixed ? 1 : 0);
    static readonly SortField<VisitRecord> ByEmergency = SortField.Of<VisitRecord, int>("emergency", row => row.Emergency == true ? 1 : 0);
    static readonly SortField<VisitRecord> ByPatch = SortField.Of<VisitRecord, string>("patch", row => row.Patch ?? "");
    static readonly SortField<VisitRecord> ByTrade = SortField.Of<VisitRecord, string>("trade", row => row.Trade ?? "");

    public SortDirection? Day { get; init; }

    public SortDirection? Starts { get; init; }

    public SortDirection? Ends { get; init; }

    public SortDirection? PromiseStarts { get; init; }

    public SortDirection? PromiseEnds { get; init; }

    /// <summary>By the code of the promised window.</summary>
    public SortDirection? PromiseWindow { get; init; }

    /// <summary>When work on site really began.</summary>
    public SortDirection? ActualStarts { get; init; }

    /// <summary>When it really ended.</summary>
    public SortDirection? ActualEnds { get; init; }

    public SortDirection? HoldExpiresAt { get; init; }

    public SortDirection? Stage { get; init; }

    /// <summary>Visits of one job together.</summary>
    public SortDirection? Job { get; init; }

    /// <summary>Visits to one property together.</summary>
    public SortDirection? Property { get; init; }

    /// <summary>Visits of one operative together.</summary>
    public SortDirection? Operative { get; init; }

    /// <summary>Visits under one contract together.</summary>
    public SortDirection? Contract { get; init; }

    public SortDirection? State { get; init; }

    /// <summary>Descending: those that are kept where they are first.</summary>
    public SortDirection? StartFixed { get; init; }

    /// <summary>Descending: emergencies first.</summary>
    public SortDirection? Emergency { get; init; }

    public SortDirection? Minutes { get; init; }

    public SortDirection? LateMinutes { get; init; }

    public SortDirection? Patch { get; init; }

    public SortDirection? Trade { get; init; }

    internal static bool NamesOperative(IReadOnlyList<VisitSortInput>? order) => order?.Any(one => one.Operative is not null) == true;

    /// <summary>Whether a list is sorted by something that is worked out, and not in the rows of the visit and its job.</summary>
    internal static bool IsWorkedOut(IReadOnlyList<VisitSortInput>? order) =>
        order?.Any(one => (one.Patch ?? one.Trade) is not null) == true;

    internal static SortOrder<VisitRecord> Of(IReadOnlyList<VisitSortInput>? order) => SortOrder<VisitRecord>.Of(
        (order ?? [new VisitSortInput { Starts = SortDirection.Asc }]).SelectMany(one => new[]
        {
            (ByDay, one.Day), (ByStarts, one.Starts), (ByPromise, one.PromiseStarts), (ByMinutes, one.Minutes),
            (ByEnds, one.Ends), (ByOperative, one.Operative), (ByContract, one.Contract), (ByState, one.State),
            (ByEmergency, one.Emergency), (ByLate, one.LateMinutes), (ByPatch, one.Patch), (ByTrade, one.Trade),
            (ByPromiseEnd, one.PromiseEnds), (ByWindow, one.PromiseWindow), (ByActualStart, one.ActualStarts),
            (ByActualEnd, one.ActualEnds), (ByHoldExpiry, one.HoldExpiresAt), (ByStage, one.Stage), (ByJob, one.Job),
            (ByProperty, one.Property), (ByFixed, one.StartFixed),
        }),
        (ByJob, false), (ByNumber, false));
}
