using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Rates;

/// <summary>Which items of schedules of rates; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class RateFilterInput : IRowFilter<RateRecord, RateFilterInput>
{
    public IReadOnlyList<RateFilterInput>? And { get; init; }

    public IReadOnlyList<RateFilterInput>? Or { get; init; }

    public StringOperationFilterInput? Schedule { get; init; }

    public StringOperationFilterInput? Code { get; init; }

    public StringOperationFilterInput? Description { get; init; }

    public StringOperationFilterInput? PlainName { get; init; }

    public StringOperationFilterInput? Trade { get; init; }

    public IntOperationFilterInput? StandardMinutes { get; init; }

    public IntOperationFilterInput? OperativesNeeded { get; init; }

    public IntOperationFilterInput? VisitsNeeded { get; init; }

    /// <summary>Days between two visits of the work.</summary>
    public IntOperationFilterInput? GapDays { get; init; }

    public BooleanOperationFilterInput? Emergency { get; init; }

    void IRowFilter<RateRecord, RateFilterInput>.Add(Conditions<RateRecord> conditions) => conditions
        .On(Schedule, row => row.Schedule)
        .On(Code, row => row.Code)
        .On(Description, row => row.Description)
        .On(PlainName, row => row.PlainName)
        .On(Trade, row => row.Trade)
        .On(StandardMinutes, row => row.StandardMinutes)
        .On(OperativesNeeded, row => row.OperativesNeeded)
        .On(VisitsNeeded, row => row.VisitsNeeded)
        .On(GapDays, row => row.GapDays)
        .On(Emergency, row => row.Emergency);
}

/// <summary>How rates are sorted; by schedule and code when nothing is given.</summary>
[Cost(FilterCosts.Sort)]
public sealed class RateSortInput
{
    static readonly SortField<RateRecord> BySchedule = SortField.Of<RateRecord, string>("schedule", row => row.Schedule);
    static readonly SortField<RateRecord> ByCode = SortField.Of<RateRecord, string>("code", row => row.Code);
    static readonly SortField<RateRecord> ByPlainName = SortField.Of<RateRecord, string>("plainName", row => row.PlainName);
    static readonly SortField<RateRecord> ByTrade = SortField.Of<RateRecord, string>("trade", row => row.Trade);
    static readonly SortField<RateRecord> ByMinutes = SortField.Of<RateRecord, int>("standardMinutes", row => row.StandardMinutes);

    static readonly SortField<RateRecord> ByOperatives = SortField.Of<RateRecord, int>("operativesNeeded", row => row.OperativesNeeded);
    static readonly SortField<RateRecord> ByVisits = SortField.Of<RateRecord, int>("visitsNeeded", row => row.VisitsNeeded);
    static readonly SortField<RateRecord> ByGap = SortField.Of<RateRecord, int>("gapDays", row => row.GapDays);
    static readonly SortField<RateRecord> ByEmergency = SortField.Of<RateRecord, int>("emergency", row => row.Emergency ? 1 : 0);

    public SortDirection? Schedule { get; init; }

    public SortDirection? Code { get; init; }

    public SortDirection? PlainName { get; init; }

    public SortDirection? Trade { get; init; }

    public SortDirection? StandardMinutes { get; init; }

    public SortDirection? OperativesNeeded { get; init; }

    public SortDirection? VisitsNeeded { get; init; }

    public SortDirection? GapDays { get; init; }

    /// <summary>Descending: emergencies first.</summary>
    public SortDirection? Emergency { get; init; }

    internal static SortOrder<RateRecord> Of(IReadOnlyList<RateSortInput>? order) => SortOrder<RateRecord>.Of(
        (order ?? []).SelectMany(one => new[]
        {
            (BySchedule, one.Schedule), (ByCode, one.Code), (ByPlainName, one.PlainName), (ByTrade, one.Trade),
            (ByMinutes, one.StandardMinutes), (ByOperatives, one.OperativesNeeded), (ByVisits, one.VisitsNeeded),
            (ByEmergency, one.Emergency), (ByGap, one.GapDays),
        }),
        (BySchedule, false), (ByCode, false));
}
