using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Search;

/// <summary>How an operative stands to a piece of work.</summary>
/// <param name="HelpsOut">The work lies outside the home patch.</param>
/// <param name="IsShared">The operative may work for another contract too on the day.</param>
public readonly record struct WorkTies(bool HelpsOut, bool IsShared)
{
    public static WorkTies Of(Operative operative, ContractId contract, PatchCode patch, LocalDate day) =>
        new(operative.HomePatch != patch, IsSharedOn(operative, contract, day));

    static bool IsSharedOn(Operative operative, ContractId contract, LocalDate day)
    {
        if (operative.DedicatedTo is not null) return false;
        foreach (var clearance in operative.Clearances)
        {
            if (clearance.Contract != contract && (clearance.LastValidDay is not { } last || day <= last)) return true;
        }

        return false;
    }
}

/// <summary>Shares of an operative's working day, in per cent, that a piece of work must leave free.</summary>
/// <param name="ForEmergencies">Of everybody's day.</param>
/// <param name="ForHomePatch">Of the day of whoever would be helping out.</param>
/// <param name="ForOthers">Of the day of whoever is shared with other contracts.</param>
public readonly record struct KeptShares(int ForEmergencies, int ForHomePatch, int ForOthers)
{
    /// <summary>Whether everybody keeps the same, so that nobody's ties have to be looked at.</summary>
    public bool IsAlikeForAll => ForHomePatch == 0 && ForOthers == 0;

    /// <summary>The largest of those that count for an operative: they overlap, and do not add up.</summary>
    public int PercentFor(WorkTies ties) => Math.Max(ForEmergencies, ForOtherWork(ties));

    /// <summary>What work is refused with that fits into the operative's day, and not beside what is kept free of it.</summary>
    public RefusalReason ReasonFor(WorkTies ties) =>
        ForOtherWork(ties) > ForEmergencies ? RefusalReason.KeptForOtherWork : RefusalReason.HeldForEmergencies;

    int ForOtherWork(WorkTies ties) => Math.Max(ties.HelpsOut ? ForHomePatch : 0, ties.IsShared ? ForOthers : 0);
}

/// <summary>A window on a day, and whether the contract's rules leave it open.</summary>
/// <param name="Closed">Why it is not offered, whoever is free; null when it is open.</param>
/// <param name="Kept">The shares of an operative's day that this work must leave free.</param>
public sealed record BookingWindow(LocalDate Day, AppointmentWindow Window, Promise Promise, RefusalReason Closed, KeptShares Kept)
{
    public bool IsOpen => Closed == RefusalReason.None;
}

/// <summary>The booking rules of a contract, applied to a range of days.</summary>
/// <param name="QuotaUsed">How many appointments a quota's count stands at.</param>
public sealed record BookingRulesCheck(Contract Contract, DateTimeZone Zone, PatchCode Patch, bool Emergency, Instant Now, Func<QuotaKey,
    int> QuotaUsed)
{
    /// <summary>Every window of the contract on each day, in order of time. Windows of a weekday on which they are not offered are left
    /// out.</summary>
    public IReadOnlyList<BookingWindow> Windows(LocalDate from, int days)
    {
        var windows = new List<BookingWindow>();
        for (var day = from; days-- > 0; day = day.PlusDays(1))
        {
            var clock = new DayClock(day, Zone);
            foreach (var window in Contract.Windows.OrderBy(window => window.Start).ThenBy(window => window.End))
            {
                if (window.Days.Includes(day)) windows.Add(Of(window, clock));
            }
        }

        return windows;
    }

    public BookingWindow Of(AppointmentWindow window, DayClock clock)
    {
        var promise = PromiseOf(window, clock);
        return new BookingWindow(clock.Day, window, promise, Closed(window, clock.Day, promise), Kept(clock));
    }

    public static Promise PromiseOf(AppointmentWindow window, DayClock clock) => new(
        window.Code,
        clock.InstantAt(clock.SecondAt(window.Start)),
        clock.InstantAt(clock.SecondAt(window.End, window.End <= window.Start ? 1 : 0)));

    /// <summary>The counts that an appointment in a window takes up.</summary>
    public static IReadOnlyList<QuotaChange> QuotasOf(Contract contract, PatchCode patch, LocalDate day, WindowCode window, int delta) =>
        [.. contract.Rules.Quotas
            .Where(quota => (quota.Window is null || quota.Window == window) && (quota.Patch is null || quota.Patch == patch))
            .Select(quota => new QuotaChange(
                new QuotaKey(contract.Id, day, quota.Window?.Value ?? "", quota.Patch?.Value ?? ""), delta, quota.MaxPerDay))];

    RefusalReason Closed(AppointmentWindow window, LocalDate day, Promise promise)
    {
        var rules = Contract.Rules;
        if (!Contract.IsInForceOn(day)) return RefusalReason.ContractNotInForce;
        if (!window.Days.Includes(day)) return RefusalReason.WindowNotOffered;
        if (promise.End <= Now) return RefusalReason.NoticeTooShort;
        var today = Now.InZone(Zone).Date;
        if (day > today.PlusDays(rules.HorizonDays)) return RefusalReason.BeyondHorizon;
        if (Emergency) return RefusalReason.None;
        if (rules.MinNoticeMinutes > 0
            && promise.Start < Now + Duration.FromMinutes(rules.MinNoticeMinutes)) return RefusalReason.NoticeTooShort;
        if (rules.CutOff is { } cutOff && day == today.PlusDays(1) && Now.InZone(Zone).TimeOfDay >= cutOff) return RefusalReason.PastCutOff;
        foreach (var quota in QuotasOf(Contract, Patch, day, window.Code, 1))
        {
            if (QuotaUsed(quota.Key) >= quota.Limit) return RefusalReason.QuotaUsed;
        }

        return RefusalReason.None;
    }

    /// <summary>The shares of an operative's day that such work must leave free; emergencies leave none.</summary>
    public KeptShares Kept(DayClock clock)
    {
        if (Emergency) return default;
        var (reserve, sharing) = (Contract.Rules.Reserve, Contract.Rules.Sharing);
        var forEmergencies = reserve.SharePercent > 0 && !IsReleased(clock.Day, reserve.ReleaseDaysBefore, reserve.ReleaseAt)
            ? reserve.SharePercent : 0;
        var isLent = sharing is { HelpersLeavePercent: 0, SharedLeavePercent: 0 }
            || IsReleased(clock.Day, sharing.ReleaseDaysBefore, sharing.ReleaseAt);
        return isLent
            ? new KeptShares(forEmergencies, 0, 0)
            : new KeptShares(forEmergencies, sharing.HelpersLeavePercent, sharing.SharedLeavePercent);
    }

    bool IsReleased(LocalDate day, int daysBefore, LocalTime at) => Now >= DayClock.InstantOf(day.PlusDays(-daysBefore).At(at), Zone);
}
