using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>One operative's stops by day, and the profile that decides what work the operative may do.</summary>
internal sealed class OperativeDays(Operative operative, int slot, int days)
{
    readonly Dictionary<LocalDate, DayStops> stops = [];
    readonly WorkingDay?[] workingDays = new WorkingDay?[days];
    readonly bool[] isReckoned = new bool[days];

    /// <param name="Stops">In the order of their starts.</param>
    /// <param name="Jobs">At least those of the stops.</param>
    readonly record struct DayStops(ImmutableArray<Stop> Stops, JobBits Jobs)
    {
        public static DayStops Of(ImmutableArray<Stop> stops)
        {
            var jobs = default(JobBits);
            foreach (ref readonly var stop in stops.AsSpan()) jobs |= JobBits.Of(stop.Visit.Job);
            return new DayStops(stops, jobs);
        }
    }

    public Operative Operative { get; private set; } = operative;

    public int Slot { get; } = slot;

    public long Version { get; private set; }

    public GroundPoint StartPoint { get; private set; } = GroundPoint.Of(operative.StartPlace);

    public GroundPoint EndPoint { get; private set; } = GroundPoint.Of(operative.EndPlace);

    public ImmutableArray<Stop> StopsOn(LocalDate day) => stops.TryGetValue(day, out var known) ? known.Stops : [];

    /// <summary>Whether the working day at a place of the ring has been worked out, and what it is: null on a day off.</summary>
    public bool IsReckoned(int ringIndex, out WorkingDay? day)
    {
        day = workingDays[ringIndex];
        return isReckoned[ringIndex];
    }

    public void Remember(int ringIndex, WorkingDay? day) => (workingDays[ringIndex], isReckoned[ringIndex]) = (day, true);

    public void ForgetWorkingDay(int ringIndex) => isReckoned[ringIndex] = false;

    public void Replace(Operative operative)
    {
        Operative = operative;
        StartPoint = GroundPoint.Of(operative.StartPlace);
        EndPoint = GroundPoint.Of(operative.EndPlace);
        Array.Clear(isReckoned);
    }

    public void Load(long version, IReadOnlyList<Visit> visits, Func<LocalDate, DayClock> clockOf)
    {
        stops.Clear();
        foreach (var day in visits.GroupBy(visit => visit.Day))
        {
            var clock = clockOf(day.Key);
            stops[day.Key] = DayStops.Of([.. day.Select(visit => Stop.Of(visit, clock)).OrderBy(stop => stop.Start)]);
        }

        Version = version;
    }

    /// <returns>The days that changed.</returns>
    public IReadOnlyList<LocalDate> Apply(DiaryChange change, Func<LocalDate, DayClock> clockOf)
    {
        var changed = new List<LocalDate>(2);
        var touched = change.Touched;
        var jobs = JobBits.Of(touched);
        foreach (var (day, known) in stops)
        {
            if (known.Jobs.MayShare(jobs) && HasAny(known.Stops.AsSpan(), touched)) changed.Add(day);
        }

        foreach (var day in changed)
        {
            var kept = stops[day].Stops.RemoveAll(stop => touched.Contains(stop.Visit));
            if (kept.IsEmpty) stops.Remove(day);
            else stops[day] = DayStops.Of(kept);
        }

        foreach (var visit in change.Put)
        {
            var stop = Stop.Of(visit, clockOf(visit.Day));
            var known = StopsOn(visit.Day);
            var at = known.Length;
            while (at > 0 && known[at - 1].Start > stop.Start) at--;
            stops[visit.Day] = DayStops.Of(known.Insert(at, stop));
            if (!changed.Contains(visit.Day)) changed.Add(visit.Day);
        }

        Version = change.Version;
        return changed;
    }

    public void Forget(LocalDate through)
    {
        foreach (var day in stops.Keys.Where(day => day <= through).ToList()) stops.Remove(day);
    }

    static bool HasAny(ReadOnlySpan<Stop> known, ReadOnlySpan<VisitId> visits)
    {
        foreach (ref readonly var stop in known)
        {
            foreach (var visit in visits)
            {
                if (stop.Visit == visit) return true;
            }
        }

        return false;
    }
}
