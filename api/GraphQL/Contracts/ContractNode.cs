using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Contracts;

/// <summary>An agreement under which one contractor does repairs for one client.</summary>
[GraphQLName("Contract")]
public sealed class ContractNode(ContractRecord row) : INode
{
    /// <summary>Most days of quota use that one field answers: as many as one search shows.</summary>
    const int MaxQuotaDays = 62;

    internal int Key => row.Id;

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Contract, row.Id);

    public string Reference => row.Reference;

    public string Name => row.Name;

    public Task<OrganisationNode?> GetClientAsync(OrganisationById loader) => loader.LoadAsync(row.ClientId);

    public Task<OrganisationNode?> GetContractorAsync(OrganisationById loader) => loader.LoadAsync(row.ContractorId);

    /// <summary>First day on which work is done under it.</summary>
    public DateOnly FirstDay => row.FirstDay;

    /// <summary>Last day, itself included; null while no end is agreed.</summary>
    public DateOnly? LastDay => row.LastDay;

    /// <summary>The patches that it serves.</summary>
    public IReadOnlyList<string> Patches => [.. row.Whole.Patches.Select(patch => patch.Value)];

    /// <summary>The trades that it covers.</summary>
    public IReadOnlyList<string> Trades => [.. row.Whole.Trades.Select(trade => trade.Value)];

    /// <summary>The schedule of rates that it works to.</summary>
    public string Schedule => row.Schedule;

    /// <summary>What a customer can be promised.</summary>
    [ListSize(4)]
    public IReadOnlyList<AppointmentWindowNode> Windows => [.. row.Whole.Windows.Select(window => new AppointmentWindowNode(window))];

    /// <summary>When appointments can be made.</summary>
    public BookingRulesNode Rules => new(row.Whole.Rules);

    /// <summary>How many appointments of its quotas are taken, day by day.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="days">How many days, at most 62.</param>
    [ListSize(20)]
    public async Task<IReadOnlyList<QuotaUse>> GetQuotaUseAsync(
        DateOnly from, [Service] Records records, CancellationToken cancellationToken, int days = 14)
    {
        if (days is < 1 or > MaxQuotaDays)
            throw new GraphQLException($"days is from 1 to {MaxQuotaDays}.", GraphQLErrorCodes.BadUserInput);
        Years.Demand("from", from.Year);
        return await QuotaUse.ReadAsync(records, row.Id, from, from.AddDays(days), cancellationToken);
    }
}

/// <summary>What a customer is promised: arrival at or after the start and before the end.</summary>
[GraphQLName("AppointmentWindow")]
public sealed class AppointmentWindowNode(AppointmentWindow window)
{
    public string Code => window.Code.Value;

    public string Name => window.Name;

    public TimeOnly Start => Bcl.Of(window.Start);

    public TimeOnly End => Bcl.Of(window.End);

    /// <summary>The weekdays on which it is offered.</summary>
    public IReadOnlyList<Weekday> Days =>
        [.. Enumerable.Range(0, 7).Where(day => window.Days.HasFlag((DaysOfWeek)(1 << day))).Select(day => (Weekday)(day + 1))];
}

/// <summary>When appointments of a contract can be made.</summary>
[GraphQLName("BookingRules")]
public sealed class BookingRulesNode(BookingRules rules)
{
    /// <summary>Least minutes from booking to the start of the window.</summary>
    public int MinNoticeMinutes => rules.MinNoticeMinutes;

    /// <summary>How many days ahead routine work is offered; 0 is today only.</summary>
    public int HorizonDays => rules.HorizonDays;

    /// <summary>Wall-clock time after which the next day is closed to routine work.</summary>
    public TimeOnly? CutOff => rules.CutOff is { } time ? Bcl.Of(time) : null;

    /// <summary>Life of a hold.</summary>
    public int HoldMinutes => rules.HoldMinutes;

    public IReadOnlyList<QuotaNode> Quotas => [.. rules.Quotas.Select(quota => new QuotaNode(quota))];

    /// <summary>The share of each working day that routine work leaves to emergencies, in per cent.</summary>
    public int ReservePercent => rules.Reserve.SharePercent;

    /// <summary>How many days before the day the reserve is released.</summary>
    public int ReserveReleaseDaysBefore => rules.Reserve.ReleaseDaysBefore;

    /// <summary>Wall-clock time of the release.</summary>
    public TimeOnly ReserveReleaseAt => Bcl.Of(rules.Reserve.ReleaseAt);

    /// <summary>
    /// The share of each working day, in per cent, that operatives who help out from another patch leave free for their own; 100: nobody
    /// helps out before the release.
    /// </summary>
    public int HelpersLeavePercent => rules.Sharing.HelpersLeavePercent;

    /// <summary>The share of each working day, in per cent, that operatives who may work for other contracts too leave free for
    /// those.</summary>
    public int SharedLeavePercent => rules.Sharing.SharedLeavePercent;

    /// <summary>How many days before the day both shares are released.</summary>
    public int SharingReleaseDaysBefore => rules.Sharing.ReleaseDaysBefore;

    /// <summary>Wall-clock time of that release.</summary>
    public TimeOnly SharingReleaseAt => Bcl.Of(rules.Sharing.ReleaseAt);

    /// <summary>Whether a planner is asked before the plan of the day is improved, or told afterwards.</summary>
    public ImprovementsToldOf Improvements => rules.Improvements;
}

/// <summary>At most so many appointments a day.</summary>
[GraphQLName("Quota")]
public sealed class QuotaNode(Quota quota)
{
    /// <summary>Null: all windows together.</summary>
    public string? Window => quota.Window?.Value;

    /// <summary>Null: all patches together.</summary>
    public string? Patch => quota.Patch?.Value;

    public int MaxPerDay => quota.MaxPerDay;
}
