using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>
/// All diaries of one contractor in memory, laid out for searching: who is where, when, on every day from today to the horizon.
/// Changes are made under a lock; searches take none and see each diary day either before or after a change.
/// </summary>
/// <remarks>One index a contractor: a search through one contractor's diaries cannot touch another's.</remarks>
public sealed class AvailabilityIndex
{
    /// <summary>Most days that an index looks ahead.</summary>
    public const int MaxDays = 400;

    readonly Lock writing = new();
    readonly Dictionary<OperativeId, OperativeDays> byOperative = [];
    readonly Dictionary<(int, int, string), WorkingDay> sharedDays = [];
    readonly Func<LocalDate, bool> isBankHoliday;
    DayClock[] clocks;

    /// <param name="days">How many days are searchable, today included; at most <see cref="MaxDays"/>.</param>
    public AvailabilityIndex(Organisation contractor, ITravel travel, int days, LocalDate today, IEnumerable<LocalDate> bankHolidays)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MaxDays);
        Contractor = contractor;
        Zone = contractor.Zone;
        Travel = travel;
        Days = days;
        isBankHoliday = bankHolidays.ToHashSet().Contains;
        clocks = ClocksFrom(today);
        Roster = new Roster(new GapSlab(days), [], today);
    }

    public Organisation Contractor { get; }

    public DateTimeZone Zone { get; }

    public ITravel Travel { get; }

    /// <summary>How many days are searchable.</summary>
    public int Days { get; }

    /// <summary>The first searchable day.</summary>
    public LocalDate FirstDay => Roster.FirstDay;

    public int OperativeCount => Roster.Operatives.Length;

    /// <summary>What searches read: replaced whole when operatives are added or the days roll on.</summary>
    internal Roster Roster { get; private set; }

    /// <summary>Adds an operative, or replaces what is known of one; the diary is kept.</summary>
    public void Put(Operative operative)
    {
        lock (writing)
        {
            if (byOperative.TryGetValue(operative.Id, out var known))
            {
                known.Replace(operative);
            }
            else
            {
                known = new OperativeDays(operative, byOperative.Count, Days);
                byOperative.Add(operative.Id, known);
                Roster.Slab.EnsureSlot(known.Slot);
            }

            WriteAll_NeedsLock(known);
            // Searches see a new operative when all days are written.
            Roster = new Roster(
                Roster.Slab, known.Slot == Roster.Operatives.Length ? Roster.Operatives.Add(known) : Roster.Operatives, Roster.FirstDay);
        }
    }

    /// <summary>The version of an operative's diary that the index shows; -1 for an unknown operative.</summary>
    public long VersionOf(OperativeId operative)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? known.Version : -1;
    }

    /// <summary>Replaces an operative's whole diary, unless a newer version is already shown.</summary>
    public void Load(OperativeId operative, long version, IReadOnlyList<Visit> visits)
    {
        lock (writing)
        {
            if (!byOperative.TryGetValue(operative, out var known) || known.Version > version) return;
            known.Load(version, visits, ClockOf);
            WriteAll_NeedsLock(known);
        }
    }

    /// <summary>
    /// Brings a diary from one version to the next. False when the change does not follow on the version that is shown, because a change
    /// before it
    /// has not been seen: the caller loads the diary again. A change that is already shown counts as done.
    /// </summary>
    public bool Apply(DiaryChange change)
    {
        lock (writing)
        {
            if (!byOperative.TryGetValue(change.Operative, out var known) || known.Version >= change.Version) return true;
            if (known.Version != change.Version - 1) return false;
            foreach (var day in known.Apply(change, ClockOf)) Write_NeedsLock(known, day);
            return true;
        }
    }

    /// <summary>Moves the first searchable day on; days that have passed make room for days beyond the horizon.</summary>
    public void RollTo(LocalDate today)
    {
        lock (writing)
        {
            if (today <= FirstDay) return;
            var passed = Math.Min(Days, Period.DaysBetween(FirstDay, today));
            clocks = ClocksFrom(today);
            Roster = new Roster(Roster.Slab, Roster.Operatives, today);
            foreach (var known in byOperative.Values)
            {
                known.Forget(today.PlusDays(-1));
                for (var i = Days - passed; i < Days; i++)
                {
                    known.ForgetWorkingDay(RingIndexOf(today.PlusDays(i)));
                    Write_NeedsLock(known, today.PlusDays(i));
                }
            }
        }
    }

    /// <summary>
    /// One day of one diary as it is shown, from the last visit on that has begun; null when the operative is unknown, does not work then,
    /// or has no time left.
    /// </summary>
    public DiaryDay? Day(OperativeId operative, LocalDate day)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? Day_NeedsLock(known, day) : null;
    }

    /// <summary>As <see cref="Day(OperativeId, LocalDate)"/>, for a day whose clock is known.</summary>
    internal DiaryDay? Day(OperativeId operative, DayClock clock)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? Day_NeedsLock(known, clock.Day, clock) : null;
    }

    /// <summary>The operative as the index knows it; null when unknown.</summary>
    public Operative? Find(OperativeId operative)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? known.Operative : null;
    }

    /// <summary>
    /// How much of an operative's day is taken, from its beginning on, whatever has passed of it; null on a day off, and for an unknown
    /// operative.
    /// </summary>
    public DayLoad? LoadOf(OperativeId operative, LocalDate day)
    {
        DayBounds? bounds;
        ImmutableArray<Stop> stops;
        lock (writing)
        {
            if (!byOperative.TryGetValue(operative, out var known)) return null;
            bounds = Bounds_NeedsLock(known, day, null);
            stops = known.StopsOn(day);
        }

        return bounds is { } open ? DayLoad.Of(new DiaryDay(open, stops, Travel)) : null;
    }

    /// <summary>The day's bounds for an operative, whatever is planned; null on a day off.</summary>
    public DayBounds? BoundsOf(OperativeId operative, LocalDate day)
    {
        lock (writing)
        {
            return byOperative.TryGetValue(operative, out var known) ? Bounds_NeedsLock(known, day, null) : null;
        }
    }

    public bool IsBankHoliday(LocalDate day) => isBankHoliday(day);

    public DayClock ClockOf(LocalDate day)
    {
        var known = clocks;
        var offset = Period.DaysBetween(known[0].Day, day);
        return offset >= 0 && offset < known.Length ? known[offset] : new DayClock(day, Zone);
    }

    /// <summary>Where a day stands in each operative's ring of days.</summary>
    internal int RingIndexOf(LocalDate day) => ScanDay.NumberOf(day) % Days;

    DayClock[] ClocksFrom(LocalDate today) => [.. Enumerable.Range(0, Days).Select(i => new DayClock(today.PlusDays(i), Zone))];

    void WriteAll_NeedsLock(OperativeDays known)
    {
        for (var i = 0; i < Days; i++) Write_NeedsLock(known, FirstDay.PlusDays(i));
    }

    unsafe void Write_NeedsLock(OperativeDays known, LocalDate day)
    {
        if (day < FirstDay || day >= FirstDay.PlusDays(Days)) return;
        var head = Roster.Slab.FirstOf(known.Slot) + RingIndexOf(day);
        var shown = Day_NeedsLock(known, day);
        if (!DayBlocks.Write(Roster.Slab, head, ScanDay.NumberOf(day), shown, Travel)) CrowdedDays++;
    }

    /// <summary>How often a day was too crowded for the room that is left and shows only a part of its gaps; for the health
    /// report.</summary>
    public int CrowdedDays { get; private set; }

    /// <summary>Bytes of the blocks that searches read.</summary>
    public long BlockBytes
    {
        get
        {
            lock (writing) return Roster.Slab.Bytes;
        }
    }

    DiaryDay? Day_NeedsLock(OperativeDays known, LocalDate day, DayClock? clock = null) => Bounds_NeedsLock(known, day, clock) is { } bounds
        ? DiaryDay.StillAhead(bounds, known.StopsOn(day), Travel)
        : null;

    DayBounds? Bounds_NeedsLock(OperativeDays known, LocalDate day, DayClock? clock)
    {
        var ringIndex = day >= FirstDay && day < FirstDay.PlusDays(Days) ? RingIndexOf(day) : -1;
        if (ringIndex < 0 || !known.IsReckoned(ringIndex, out var working))
        {
            working = Availability.On(known.Operative, clock ?? ClockOf(day), isBankHoliday) is { } reckoned ? Shared(reckoned) : null;
            if (ringIndex >= 0) known.Remember(ringIndex, working);
        }

        return working is null ? null : new DayBounds(working, known.StartPoint, known.EndPoint);
    }

    /// <summary>Most working days are alike: they are kept once.</summary>
    WorkingDay Shared(WorkingDay day)
    {
        const int MaxShared = 10_000;
        var key = (day.Start, day.End, string.Join(',', day.Pauses));
        if (sharedDays.TryGetValue(key, out var known)) return known;
        if (sharedDays.Count < MaxShared) sharedDays.Add(key, day);
        return day;
    }
}
