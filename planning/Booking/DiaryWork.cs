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

    /// <summary>The day as it stands after the steps so far; null when the operative does not work then.</summary>
    public DiaryDay? Day(LocalDate day)
    {
        if (days.TryGetValue(day, out var known)) return known;
        var clock = new DayClock(day, zone);
        var built = boundsOf(day) is { } bounds
            ? new DiaryDay(bounds, [.. diary.On(day).Select(visit => Stop.Of(visit, clock))], travel)
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

    /// <summary>
    /// Adds a visit where it costs least. False when it does not fit.
    /// </summary>
    /// <param name="reservePercent">The share of the day that must stay free.</param>
    public bool TryAdd(VisitTerms terms, LocalDate day, StopRequest request, int reservePercent)
    {
        if (Day(day) is not { } route) return false;
        var max = DiaryDay.MaxAddedMetres(
            route.FreeSeconds, route.Bounds.Day.WorkingSeconds, reservePercent, request.Seconds, travel.Profile);
        if (route.BestInsertion(request, max) is not { } insertion) return false;
        var after = route.With(insertion, terms.Id, request);
        days[day] = after;
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
