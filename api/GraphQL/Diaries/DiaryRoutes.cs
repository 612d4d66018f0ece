using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Api.GraphQL.Diaries;

/// <summary>Works out the route of a diary day from the visits that are recorded: travel, free time, feasibility.</summary>
public sealed class DiaryRoutes(AvailabilityService availability)
{
    /// <param name="visits">Of one operative and one day.</param>
    internal DiaryDayNode Of(AccessScope scope, int operative, DateOnly day, IReadOnlyList<DiaryVisitRecord> visits)
    {
        var id = new OperativeId(operative);
        // A hold that has run out takes no time, even before it is swept away.
        var counted = visits.Where(visit => visit.State != VisitState.Held || visit.HoldExpiresAt > availability.Now.ToDateTimeOffset())
            .OrderBy(visit => visit.Starts).ToList();
        var index = availability.IndexOf(id);
        if (index is null || index.BoundsOf(id, LocalDate.FromDateOnly(day)) is not { } bounds) return DayOff(scope, day, counted);
        var clock = index.ClockOf(LocalDate.FromDateOnly(day));
        var stops = counted.Select(visit => Stop.Of(VisitOf(visit), clock)).ToImmutableArray();
        var route = new DiaryDay(bounds, stops, index.Travel);
        var load = DayLoad.Of(route);
        return new DiaryDayNode(
            day,
            clock.InstantAt(bounds.Day.Start).ToDateTimeOffset(),
            clock.InstantAt(bounds.Day.End).ToDateTimeOffset(),
            [.. bounds.Day.Pauses.Select(pause => new DiaryPause(
                clock.InstantAt(pause.Earliest).ToDateTimeOffset(), clock.InstantAt(pause.LatestStart).ToDateTimeOffset(),
                Minutes(pause.Seconds)))],
            Minutes(load.WorkingSeconds),
            Minutes(load.OnSiteSeconds),
            Minutes(load.DrivingSeconds),
            Math.Round(route.RouteMetres),
            Minutes(load.FreeSeconds),
            route.IsFeasible,
            Stops(scope, counted, stops, bounds, index));
    }

    static DiaryDayNode DayOff(AccessScope scope, DateOnly day, List<DiaryVisitRecord> visits) => new(
        day, null, null, [], 0, visits.Sum(visit => (visit.Ends - visit.Starts).TotalMinutes), 0, 0, 0, null,
        [.. visits.Where(visit => Sees(scope, visit)).Select(visit => StopOf(visit, 0, 0))]);

    static List<DiaryStop> Stops(
        AccessScope scope, List<DiaryVisitRecord> visits, ImmutableArray<Stop> stops, DayBounds bounds, AvailabilityIndex index)
    {
        var shown = new List<DiaryStop>(visits.Count);
        var (point, free) = (bounds.StartPoint, bounds.Day.Start);
        for (var i = 0; i < stops.Length; i++)
        {
            var metres = index.Travel.RoadMetres(point, stops[i].Point);
            var departs = Math.Max(0, free);
            if (Sees(scope, visits[i])) shown.Add(StopOf(visits[i], metres, index.Travel.Profile.Arrive(departs, metres) - departs));
            (point, free) = (stops[i].Point, stops[i].End);
        }

        return shown;
    }

    /// <summary>Work under a contract beyond the scope takes time and road, and is not shown.</summary>
    static bool Sees(AccessScope scope, DiaryVisitRecord visit) => scope.Sees(new ContractId(visit.ContractId));

    static DiaryStop StopOf(DiaryVisitRecord visit, float metres, int seconds) => new(
        visit, visit.Starts, visit.Ends,
        new PromiseNode(visit.PromiseWindow, visit.PromiseStarts, visit.PromiseEnds), visit.State,
        new Location(visit.LatitudeDegrees, visit.LongitudeDegrees), Math.Round(metres), Minutes(seconds));

    static double Minutes(long seconds) => Math.Round(seconds / 60.0, 1);

    internal static Visit VisitOf(DiaryVisitRecord row) => new(
        new VisitId(new JobId(row.JobId), row.Number),
        new OperativeId(row.OperativeId),
        new ContractId(row.ContractId),
        LocalDate.FromDateOnly(row.Day),
        Instant.FromDateTimeOffset(row.Starts),
        Instant.FromDateTimeOffset(row.Ends),
        new Promise(
            new WindowCode(row.PromiseWindow), Instant.FromDateTimeOffset(row.PromiseStarts), Instant.FromDateTimeOffset(row.PromiseEnds)),
        new Place(row.LatitudeDegrees, row.LongitudeDegrees),
        row.Stage,
        row.StartFixed,
        row.State,
        row.HoldExpiresAt is { } expires ? Instant.FromDateTimeOffset(expires) : null);
}
