using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Contracts;

/// <summary>
/// What a customer is promised: the operative arrives at or after <paramref name="Start"/> and before <paramref name="End"/>.
/// With AM from 08:00 to 12:00, a knock at 11:59 keeps the promise and one at 12:00 breaks it.
/// </summary>
/// <param name="Days">The weekdays on which it is offered.</param>
/// <exception cref="ArgumentException">No weekday.</exception>
public sealed record AppointmentWindow(WindowCode Code, string Name, LocalTime Start, LocalTime End, DaysOfWeek Days)
{
    public DaysOfWeek Days { get; init => field = Checked(value); } = Checked(Days);

    static DaysOfWeek Checked(DaysOfWeek days)
    {
        Rule.Holds(days != DaysOfWeek.None && (days & ~DaysOfWeek.All) == 0, "AppointmentWindow.Days", days,
            "it is offered on one weekday or more");
        return days;
    }
}

/// <summary>At most so many appointments a day in a window and patch.</summary>
/// <param name="Window">Null: all windows together.</param>
/// <param name="Patch">Null: all patches together.</param>
/// <exception cref="ArgumentException">A negative count.</exception>
public sealed record Quota(WindowCode? Window, PatchCode? Patch, int MaxPerDay)
{
    public int MaxPerDay { get; init => field = Checked(value); } = Checked(MaxPerDay);

    static int Checked(int count) => Rule.Between(count, 0, int.MaxValue, "Quota.MaxPerDay");
}

/// <summary>The share of each operative's day that routine work may not use, so that emergencies find room.</summary>
/// <param name="SharePercent">Per cent of the working day's minutes, 0 to 90.</param>
/// <param name="ReleaseDaysBefore">How many days before the day the share is released; 0 is the day itself.</param>
/// <param name="ReleaseAt">Wall-clock time of the release.</param>
public sealed record EmergencyReserve(int SharePercent, int ReleaseDaysBefore, LocalTime ReleaseAt)
{
    public const int MaxSharePercent = 90;

    public static readonly EmergencyReserve None = new(0, 0, LocalTime.Midnight);

    public int SharePercent { get; init => field = CheckedShare(value); } = CheckedShare(SharePercent);

    public int ReleaseDaysBefore { get; init => field = CheckedDays(value); } = CheckedDays(ReleaseDaysBefore);

    static int CheckedShare(int percent) => Rule.Between(percent, 0, MaxSharePercent, "EmergencyReserve.SharePercent");

    static int CheckedDays(int days) => Rule.Between(days, 0, BookingRules.MaxHorizonDays, "EmergencyReserve.ReleaseDaysBefore");
}

/// <summary>
/// How far work of a contract may use operatives who have other work to look after. Both shares count for each such operative's day, so
/// that lending follows the workload: a full day lends nothing, a quiet one does.
/// </summary>
/// <param name="HelpersLeavePercent">
/// Per cent of the working day's minutes, 0 to 100, that work outside an operative's home patch leaves free for that patch; 100: nobody
/// helps out before the release.
/// </param>
/// <param name="SharedLeavePercent">The same of operatives who may work for other contracts too, left free for those.</param>
/// <param name="ReleaseDaysBefore">How many days before the day both shares are released; 0 is the day itself.</param>
/// <param name="ReleaseAt">Wall-clock time of the release.</param>
public sealed record Sharing(int HelpersLeavePercent, int SharedLeavePercent, int ReleaseDaysBefore, LocalTime ReleaseAt)
{
    public const int MaxLeavePercent = 100;

    /// <summary>Whoever has time helps out.</summary>
    public static readonly Sharing Free = new(0, 0, 0, LocalTime.Midnight);

    public int HelpersLeavePercent { get; init => field = Checked(value, nameof(HelpersLeavePercent)); } =
        Checked(HelpersLeavePercent, nameof(HelpersLeavePercent));

    public int SharedLeavePercent { get; init => field = Checked(value, nameof(SharedLeavePercent)); } =
        Checked(SharedLeavePercent, nameof(SharedLeavePercent));

    public int ReleaseDaysBefore { get; init => field = CheckedDays(value); } = CheckedDays(ReleaseDaysBefore);

    static int Checked(int percent, string name) => Rule.Between(percent, 0, MaxLeavePercent, $"Sharing.{name}");

    static int CheckedDays(int days) => Rule.Between(days, 0, BookingRules.MaxHorizonDays, "Sharing.ReleaseDaysBefore");
}

/// <summary>When the planner is told of improvements to the plan of the day.</summary>
public enum ImprovementsToldOf
{
    None = 0,

    /// <summary>A planner says yes or no to each.</summary>
    BeforeTheFact = 1,

    /// <summary>They are carried out, and shown.</summary>
    AfterTheFact = 2,
}

/// <summary>When appointments of a contract can be made.</summary>
/// <param name="MinNoticeMinutes">Least time from booking to the start of the window. A window that has begun can still be taken when this
/// is 0.</param>
/// <param name="HorizonDays">How many days ahead routine work is offered; 0 is today only.</param>
/// <param name="CutOff">Wall-clock time after which the next day is closed to routine work; null: no cut-off.</param>
/// <param name="HoldMinutes">Life of a hold.</param>
public sealed record BookingRules(
    int MinNoticeMinutes,
    int HorizonDays,
    LocalTime? CutOff,
    int HoldMinutes,
    IReadOnlyList<Quota> Quotas,
    EmergencyReserve Reserve)
{
    /// <summary>How far operatives of other patches, and such as are shared with other contracts, are used.</summary>
    /// <remarks>A contract that was recorded before there was such a rule says nothing of it: null becomes free.</remarks>
    public Sharing Sharing { get; init => field = value ?? Sharing.Free; } = Sharing.Free;

    /// <summary>Whether a planner is asked before the plan of the day is improved. What keeps a promise is done at once.</summary>
    public ImprovementsToldOf Improvements { get; init => field = Checked(value); } = ImprovementsToldOf.BeforeTheFact;

    static ImprovementsToldOf Checked(ImprovementsToldOf told)
    {
        Rule.Holds(Enum.IsDefined(told), "BookingRules.Improvements", told, "it is before or after the fact");
        // A contract that was recorded before there was a choice says nothing.
        return told == ImprovementsToldOf.None ? ImprovementsToldOf.BeforeTheFact : told;
    }

    public const int DefaultHoldMinutes = 5;
    public const int MaxHoldMinutes = 60;
    public const int MaxHorizonDays = 365;
    public const int MaxQuotas = 64;

    /// <summary>No longer than the longest horizon.</summary>
    public const int MaxNoticeMinutes = MaxHorizonDays * 24 * 60;

    public int MinNoticeMinutes { get; init => field = CheckedNotice(value); } = CheckedNotice(MinNoticeMinutes);

    public int HorizonDays { get; init => field = CheckedHorizon(value); } = CheckedHorizon(HorizonDays);

    public int HoldMinutes { get; init => field = CheckedHold(value); } = CheckedHold(HoldMinutes);

    public IReadOnlyList<Quota> Quotas { get; init => field = CheckedQuotas(value); } = CheckedQuotas(Quotas);

    static int CheckedNotice(int minutes) => Rule.Between(minutes, 0, MaxNoticeMinutes, "BookingRules.MinNoticeMinutes");

    static int CheckedHorizon(int days) => Rule.Between(days, 0, MaxHorizonDays, "BookingRules.HorizonDays");

    static int CheckedHold(int minutes) => Rule.Between(minutes, 1, MaxHoldMinutes, "BookingRules.HoldMinutes");

    static IReadOnlyList<Quota> CheckedQuotas(IReadOnlyList<Quota> quotas) => Rule.AtMost(quotas, MaxQuotas, "BookingRules.Quotas");
}

/// <summary>An agreement under which one contractor does repairs for one client.</summary>
/// <param name="FirstDay">First day on which work is done under it.</param>
/// <param name="LastDay">Last day, itself included; null while no end is agreed.</param>
/// <param name="Patches">The patches it serves.</param>
/// <param name="Trades">The trades it covers.</param>
/// <param name="Schedule">The schedule of rates that it works to.</param>
public sealed record Contract(
    ContractId Id,
    string Reference,
    string Name,
    OrganisationId Client,
    OrganisationId Contractor,
    LocalDate FirstDay,
    LocalDate? LastDay,
    IReadOnlyList<PatchCode> Patches,
    IReadOnlyList<TradeCode> Trades,
    string Schedule,
    IReadOnlyList<AppointmentWindow> Windows,
    BookingRules Rules)
{
    public const int MaxWindows = 16;

    /// <summary>Last day, itself included; null while no end is agreed.</summary>
    public LocalDate? LastDay { get; } = CheckedLast(FirstDay, LastDay);

    public LocalDate FirstDay { get; } = Rule.Day(FirstDay, "Contract.FirstDay");

    public IReadOnlyList<AppointmentWindow> Windows { get; init => field = CheckedWindows(value); } = CheckedWindows(Windows);

    static LocalDate? CheckedLast(LocalDate first, LocalDate? last)
    {
        Rule.Holds(last is null || last >= first, "Contract.LastDay", last, $"it is not before the first day, {first:uuuu-MM-dd}");
        return Rule.Day(last, "Contract.LastDay");
    }

    static IReadOnlyList<AppointmentWindow> CheckedWindows(IReadOnlyList<AppointmentWindow> windows)
    {
        Rule.AtMost(windows, MaxWindows, "Contract.Windows");
        var codes = new HashSet<WindowCode>();
        foreach (var window in windows) Rule.Holds(codes.Add(window.Code), "Contract.Windows", window.Code,
            "each window has a code of its own");
        return windows;
    }

    public AppointmentWindow? Window(WindowCode code)
    {
        foreach (var window in Windows)
        {
            if (window.Code == code) return window;
        }

        return null;
    }

    public bool IsInForceOn(LocalDate day) => day >= FirstDay && (LastDay is null || day <= LastDay);
}
