using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Domain.Booking;

/// <summary>One operative's diary at one version. Immutable; <see cref="Apply"/> serves live work, replay and readers of the feed
/// alike.</summary>
public sealed class Diary
{
    /// <summary>Days that have visits, in order.</summary>
    /// <remarks>A few dozen days: an array is copied and looked through in a fraction of the time that a tree takes.</remarks>
    readonly DayVisits[] days;

    Diary(OperativeId operative, long version, DayVisits[] days) => (Operative, Version, this.days) = (operative, version, days);

    /// <param name="Visits">In the order of their planned starts.</param>
    /// <param name="Jobs">At least those of the visits.</param>
    readonly record struct DayVisits(LocalDate Day, ImmutableArray<Visit> Visits, JobBits Jobs)
    {
        public static DayVisits Of(LocalDate day, IEnumerable<Visit> visits)
        {
            var sorted = InOrder(visits);
            var jobs = default(JobBits);
            foreach (var visit in sorted) jobs |= JobBits.Of(visit.Id.Job);
            return new DayVisits(day, sorted, jobs);
        }
    }

    public OperativeId Operative { get; }

    public long Version { get; }

    /// <summary>All visits, by day and planned start.</summary>
    public IEnumerable<Visit> Visits => days.SelectMany(day => day.Visits);

    public static Diary Of(OperativeId operative, long version, IEnumerable<Visit> visits) => new(
        operative,
        version,
        [.. visits.GroupBy(visit => visit.Day).OrderBy(day => day.Key).Select(day => DayVisits.Of(day.Key, day))]);

    /// <summary>The visits of a day in the order of their planned starts.</summary>
    public ImmutableArray<Visit> On(LocalDate day) => IndexOf(days, day) is var at and >= 0 ? days[at].Visits : [];

    public Visit? Find(LocalDate day, VisitId id)
    {
        foreach (var visit in On(day))
        {
            if (visit.Id == id) return visit;
        }

        return null;
    }

    /// <exception cref="InvalidOperationException">The change does not follow on this version.</exception>
    public Diary Apply(DiaryChange change)
    {
        if (change.Operative != Operative || change.Version != Version + 1)
            throw new InvalidOperationException(
                $"Change {change.Version} of diary {change.Operative} does not follow on {Version} of {Operative}.");
        var after = new List<DayVisits>(days.Length + change.Put.Count);
        var touched = change.Touched;
        var jobs = JobBits.Of(touched);
        foreach (var day in days)
        {
            if (!day.Jobs.MayShare(jobs) || !HasAny(day.Visits, touched)) after.Add(day);
            else if (day.Visits.RemoveAll(visit => touched.Contains(visit.Id)) is { IsEmpty: false } kept)
                after.Add(DayVisits.Of(day.Day, kept));
        }

        foreach (var visit in change.Put)
        {
            var at = IndexOf(CollectionsMarshal.AsSpan(after), visit.Day);
            if (at < 0) after.Insert(~at, DayVisits.Of(visit.Day, [visit]));
            else after[at] = DayVisits.Of(visit.Day, after[at].Visits.Append(visit));
        }

        return new Diary(Operative, change.Version, [.. after]);
    }

    static bool HasAny(ImmutableArray<Visit> visits, ReadOnlySpan<VisitId> ids)
    {
        foreach (var visit in visits)
        {
            foreach (var id in ids)
            {
                if (visit.Id == id) return true;
            }
        }

        return false;
    }

    /// <returns>Where the day is; when it has no visits, the complement of where it belongs.</returns>
    static int IndexOf(ReadOnlySpan<DayVisits> days, LocalDate day)
    {
        var (low, high) = (0, days.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = days[middle].Day.CompareTo(day);
            if (order == 0) return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    static ImmutableArray<Visit> InOrder(IEnumerable<Visit> visits) =>
        [.. visits.OrderBy(visit => visit.Start).ThenBy(visit => visit.Id.Job)];
}
