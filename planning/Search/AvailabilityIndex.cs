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

    /// <summary>Further blocks, for days too crowded for one, as a share of the first blocks.</summary>
    const int FurtherBlockShare = 8;

    const int InitialOperatives = 16;

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
        Roster = new Roster(NewSlab(InitialOperatives), [], today);
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
                known = new OperativeDays(operative, byOperative.Count);
                byOperative.Add(operative.Id, known);
                if (known.Slot * Days >= Roster.Slab.FirstBlocks) Grow_NeedsLock();
                Roster = Roster with { Operatives = Roster.Operatives.Add(known) };
            }

            WriteAll_NeedsLock(Roster.Slab, known);
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
            known.Load(version, visits, Zone);
            WriteAll_NeedsLock(Roster.Slab, known);
        }
    }

    /// <summary>
    /// Brings a diary from one version to the next. False when the change does not follow on the version that is shown, because a change before it
    /// has not been seen: the caller loads the diary again. A change that is already shown counts as done.
    /// </summary>
    public bool Apply(DiaryChange change)
    {
        lock (writing)
        {
            if (!byOperative.TryGetValue(change.Operative, out var known) || known.Version >= change.Version) return true;
            if (known.Version != change.Version - 1) return false;
            foreach (var day in known.Apply(change, Zone)) Write_NeedsLock(Roster.Slab, known, day);
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
            Roster = Roster with { FirstDay = today };
            foreach (var known in byOperative.Values)
            {
                known.Forget(today.PlusDays(-1));
                for (var i = Days - passed; i < Days; i++) Write_NeedsLock(Roster.Slab, known, today.PlusDays(i));
            }
        }
    }

    /// <summary>One day of one diary as it is shown; null when the operative is unknown or does not work then.</summary>
    public DiaryDay? Day(OperativeId operative, LocalDate day)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? Day_NeedsLock(known, day) : null;
    }

    /// <summary>The operative as the index knows it; null when unknown.</summary>
    public Operative? Find(OperativeId operative)
    {
        lock (writing) return byOperative.TryGetValue(operative, out var known) ? known.Operative : null;
    }

    /// <summary>The day's bounds for an operative, whatever is planned; null on a day off.</summary>
    public DayBounds? BoundsOf(OperativeId operative, LocalDate day)
    {
        lock (writing)
        {
            return byOperative.TryGetValue(operative, out var known) ? Day_NeedsLock(known, day)?.Bounds : null;
        }
    }

    public DayClock ClockOf(LocalDate day)
    {
        var known = clocks;
        var offset = Period.DaysBetween(known[0].Day, day);
        return offset >= 0 && offset < known.Length ? known[offset] : new DayClock(day, Zone);
    }

    /// <summary>Where a day stands in each operative's ring of days.</summary>
    internal int RingIndexOf(LocalDate day) => Period.DaysBetween(Epoch, day) % Days;

    internal int BlockOf(int slot, int ringIndex) => (slot * Days) + ringIndex;

    static readonly LocalDate Epoch = new(2000, 1, 1);

    DayClock[] ClocksFrom(LocalDate today) => [.. Enumerable.Range(0, Days).Select(i => new DayClock(today.PlusDays(i), Zone))];

    GapSlab NewSlab(int operatives)
    {
        var first = checked(operatives * Days);
        return new GapSlab(first, (first / FurtherBlockShare) + DayBlocks.MaxPerDay);
    }

    void Grow_NeedsLock()
    {
        // Searches go on in the old blocks until the new ones are complete.
        var larger = NewSlab(2 * (Roster.Slab.FirstBlocks / Days));
        foreach (var known in Roster.Operatives) WriteAll_NeedsLock(larger, known);
        Roster = Roster with { Slab = larger };
    }

    void WriteAll_NeedsLock(GapSlab slab, OperativeDays known)
    {
        for (var i = 0; i < Days; i++) Write_NeedsLock(slab, known, FirstDay.PlusDays(i));
    }

    void Write_NeedsLock(GapSlab slab, OperativeDays known, LocalDate day)
    {
        if (day < FirstDay || day >= FirstDay.PlusDays(Days)) return;
        if (!DayBlocks.Write(slab, BlockOf(known.Slot, RingIndexOf(day)), Day_NeedsLock(known, day)))
            CrowdedDays++;
    }

    /// <summary>Days that were too crowded for the room kept for them and offer nothing; for the health report.</summary>
    public int CrowdedDays { get; private set; }

    DiaryDay? Day_NeedsLock(OperativeDays known, LocalDate day)
    {
        var working = Availability.On(known.Operative, ClockOf(day), isBankHoliday);
        if (working is null) return null;
        return new DiaryDay(new DayBounds(Shared(working), known.StartPoint, known.EndPoint), known.StopsOn(day), Travel);
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

/// <summary>What a search reads.</summary>
internal sealed record Roster(GapSlab Slab, ImmutableArray<OperativeDays> Operatives, LocalDate FirstDay);

/// <summary>One operative's stops by day, and the profile that decides what work the operative may do.</summary>
internal sealed class OperativeDays(Operative operative, int slot)
{
    readonly Dictionary<LocalDate, ImmutableArray<Stop>> stops = [];

    public Operative Operative { get; private set; } = operative;

    public int Slot { get; } = slot;

    public long Version { get; private set; }

    public GroundPoint StartPoint { get; private set; } = GroundPoint.Of(operative.StartPlace);

    public GroundPoint EndPoint { get; private set; } = GroundPoint.Of(operative.EndPlace);

    public ImmutableArray<Stop> StopsOn(LocalDate day) => stops.TryGetValue(day, out var known) ? known : [];

    public void Replace(Operative operative)
    {
        Operative = operative;
        StartPoint = GroundPoint.Of(operative.StartPlace);
        EndPoint = GroundPoint.Of(operative.EndPlace);
    }

    public void Load(long version, IReadOnlyList<Visit> visits, DateTimeZone zone)
    {
        stops.Clear();
        foreach (var day in visits.GroupBy(visit => visit.Day))
        {
            var clock = new DayClock(day.Key, zone);
            stops[day.Key] = [.. day.Select(visit => Stop.Of(visit, clock)).OrderBy(stop => stop.Start)];
        }

        Version = version;
    }

    /// <returns>The days that changed.</returns>
    public IReadOnlySet<LocalDate> Apply(DiaryChange change, DateTimeZone zone)
    {
        var changed = new HashSet<LocalDate>();
        var gone = change.Removed.Concat(change.Put.Select(visit => visit.Id)).ToHashSet();
        if (gone.Count > 0)
        {
            foreach (var (day, known) in stops.ToList())
            {
                var kept = known.RemoveAll(stop => gone.Contains(stop.Visit));
                if (kept.Length == known.Length) continue;
                changed.Add(day);
                if (kept.IsEmpty) stops.Remove(day);
                else stops[day] = kept;
            }
        }

        foreach (var day in change.Put.GroupBy(visit => visit.Day))
        {
            var clock = new DayClock(day.Key, zone);
            stops[day.Key] = [.. StopsOn(day.Key).Concat(day.Select(visit => Stop.Of(visit, clock))).OrderBy(stop => stop.Start)];
            changed.Add(day.Key);
        }

        Version = change.Version;
        return changed;
    }

    public void Forget(LocalDate through)
    {
        foreach (var day in stops.Keys.Where(day => day <= through).ToList()) stops.Remove(day);
    }
}
