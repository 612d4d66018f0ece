using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Domain.Booking;

/// <summary>One operative's diary at one version. Immutable; <see cref="Apply"/> serves live work, replay and readers of the feed
/// alike.</summary>
public sealed record Diary(OperativeId Operative, long Version, ImmutableDictionary<LocalDate, ImmutableArray<Visit>> Days)
{
    public static Diary Of(OperativeId operative, long version, IEnumerable<Visit> visits) => new(
        operative,
        version,
        visits.GroupBy(visit => visit.Day).ToImmutableDictionary(day => day.Key, day => InOrder(day)));

    /// <summary>The visits of a day in the order of their planned starts.</summary>
    public ImmutableArray<Visit> On(LocalDate day) => Days.TryGetValue(day, out var visits) ? visits : [];

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
        var gone = new HashSet<VisitId>(change.Removed);
        foreach (var visit in change.Put) gone.Add(visit.Id);
        var days = Days.ToBuilder();
        foreach (var (day, visits) in Days)
        {
            if (!visits.Any(visit => gone.Contains(visit.Id))) continue;
            var kept = visits.RemoveAll(visit => gone.Contains(visit.Id));
            if (kept.IsEmpty) days.Remove(day);
            else days[day] = kept;
        }

        foreach (var day in change.Put.GroupBy(visit => visit.Day))
            days[day.Key] = InOrder(day.Concat(days.TryGetValue(day.Key, out var there) ? there : []));
        return new Diary(Operative, change.Version, days.ToImmutable());
    }

    static ImmutableArray<Visit> InOrder(IEnumerable<Visit> visits) =>
        [.. visits.OrderBy(visit => visit.Start).ThenBy(visit => visit.Id.Job)];
}
