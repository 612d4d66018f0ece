using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Booking;

/// <summary>What a new visit stands for.</summary>
public sealed record VisitTerms(
    VisitId Id, ContractId Contract, Promise Promise, Place Place, int Stage, bool StartFixed, VisitState State, Instant? HoldExpiresAt);

/// <summary>
/// What one commit does to one diary, built up step by step: visits are freed, settled, added; neighbours that have to make room are
/// retimed inside their promises. Nothing is touched until <see cref="Change"/> is committed.
/// </summary>
/// <param name="boundsOf">The working day's bounds, or null when the operative does not work then.</param>
public sealed class DiaryWork(Diary diary, Func<LocalDate, DayBounds?> boundsOf, DateTimeZone zone, ITravel travel)
{
    readonly Dictionary<VisitId, Visit> put = [];
    readonly HashSet<VisitId> removed = [];
    readonly Dictionary<LocalDate, DiaryDay?> days = [];

    public OperativeId Operative => diary.Operative;

    /// <summary>The change to commit, or null when nothing was done.</summary>
    public DiaryChange? Change =>
        put.Count + removed.Count == 0 ? null : new DiaryChange(diary.Operative, diary.Version + 1, [.. put.Values], [.. removed]);

    /// <summary>
    /// The day as it stands after the steps so far, from the last visit on that has begun; null when the operative does not work then or
    /// has no time left.
    /// </summary>
    public DiaryDay? Day(LocalDate day)
    {
        if (days.TryGetValue(day, out var known)) return known;
        var clock = new DayClock(day, zone);
        var built = boundsOf(day) is { } bounds
            ? DiaryDay.StillAhead(bounds, [.. VisitsOn(day).Select(visit => Stop.Of(visit, clock))], travel)
            : null;
        days.Add(day, built);
        return built;
    }

    /// <summary>Takes a visit out. False when the diary does not have it: the decision was made on an older diary.</summary>
    public bool Free(VisitPlace visit)
    {
        if (diary.Find(visit.Day, visit.Id) is null) return false;
        removed.Add(visit.Id);
        put.Remove(visit.Id);
        if (Day(visit.Day) is { } day) days[visit.Day] = day.Without([visit.Id]);
        return true;
    }

    /// <summary>Makes a held visit a promise. False when the diary does not have it.</summary>
    public bool Settle(VisitPlace visit)
    {
        var known = put.TryGetValue(visit.Id, out var changed) ? changed : diary.Find(visit.Day, visit.Id);
        if (known is null) return false;
        put[visit.Id] = known with { State = VisitState.Booked, HoldExpiresAt = null };
        return true;
    }

    /// <summary>Replaces a visit by what is known of it now. False when the diary does not have it.</summary>
    public bool Tell(Visit told)
    {
        if (diary.Find(told.Day, told.Id) is null || removed.Contains(told.Id)) return false;
        put[told.Id] = told;
        days.Remove(told.Day);
        return true;
    }

    /// <summary>
    /// Brings the visits of a day under way that have not started to starts that can be kept: inside their promises where that is possible,
    /// and otherwise as soon as the operative can be there, which may be late.
    /// </summary>
    /// <returns><see cref="RefusalReason.AnotherVisitUnderWay"/> when what is told of two visits cannot both be so.</returns>
    public RefusalReason Retime(LocalDate day, Instant now)
    {
        var clock = new DayClock(day, zone);
        var visits = VisitsOn(day);
        List<Visit> started = [.. visits.Where(visit => visit.HasStarted)];
        for (var i = 1; i < started.Count; i++)
        {
            if (started[i - 1].End > started[i].Start) return RefusalReason.AnotherVisitUnderWay;
        }

        // Of a day that has passed only what stands in the way of what was told is moved.
        var present = now <= clock.Start || now - clock.Start >= VisitDecisions.LongestDay ? 0 : clock.SecondAt(now);
        List<Visit> waiting = [.. visits.Where(visit => !visit.HasStarted).OrderBy(visit => visit.State != VisitState.OnTheWay)];
        Stop? last = started.Count == 0 ? null : Stop.Of(started[^1], clock);
        var starts = DayUnderWay.Starts(boundsOf(day), last, [.. waiting.Select(visit => Waiting(visit, clock))], present, travel);
        for (var i = 0; i < waiting.Count && i < starts.Count; i++)
        {
            var (visit, start) = (waiting[i], clock.InstantAt(starts[i]));
            if (start != visit.Start) put[visit.Id] = visit with { Start = start, End = start + (visit.End - visit.Start) };
        }

        days.Remove(day);
        return RefusalReason.None;
    }

    /// <summary>As <see cref="Stop.Of"/>, for a visit that may have to wait even though the operative is on the way.</summary>
    static Stop Waiting(Visit visit, DayClock clock) =>
        Stop.Of(visit.State == VisitState.OnTheWay ? visit with { State = VisitState.Booked } : visit, clock);

    /// <summary>After the steps so far, in the order of their starts.</summary>
    List<Visit> VisitsOn(LocalDate day) =>
    [
        .. diary.On(day).Where(visit => !removed.Contains(visit.Id) && !put.ContainsKey(visit.Id))
            .Concat(put.Values.Where(visit => visit.Day == day))
            .OrderBy(visit => visit.Start).ThenBy(visit => visit.Id.Job),
    ];

    /// <summary>
    /// Adds a visit where it costs least, or one that was freed again elsewhere. False when it does not fit.
    /// </summary>
    /// <param name="keptPercent">The share of the day that must stay free.</param>
    public bool TryAdd(VisitTerms terms, LocalDate day, StopRequest request, int keptPercent)
    {
        if (Day(day) is not { } route) return false;
        var max = DiaryDay.MaxAddedMetres(
            route.FreeSeconds, route.Bounds.Day.WorkingSeconds, keptPercent, request.Seconds, travel.Profile);
        if (route.BestInsertion(request, max) is not { } insertion) return false;
        var after = route.With(insertion, terms.Id, request);
        days[day] = after;
        removed.Remove(terms.Id);
        Record(terms, day, after.Stops);
        return true;
    }

    void Record(VisitTerms terms, LocalDate day, ImmutableArray<Stop> stops)
    {
        var clock = new DayClock(day, zone);
        foreach (var stop in stops)
        {
            var (start, end) = (clock.InstantAt(stop.Start), clock.InstantAt(stop.End));
            if (stop.Visit == terms.Id)
            {
                put[terms.Id] = new Visit(
                    terms.Id, diary.Operative, terms.Contract, day, start, end, terms.Promise, terms.Place, terms.Stage, terms.StartFixed,
                        terms.State, terms.HoldExpiresAt);
                continue;
            }

            var known = put.TryGetValue(stop.Visit, out var changed) ? changed : diary.Find(day, stop.Visit);
            if (known is not null && known.Start != start) put[stop.Visit] = known with { Start = start, End = end };
        }
    }
}
