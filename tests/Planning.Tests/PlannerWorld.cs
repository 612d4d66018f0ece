using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>Work of several people, trades and visits, and busy days of a few people who could do it: drawn at random, small enough for
/// brute force.</summary>
sealed class PlannerWorld
{
    const int Days = 4;

    public static readonly TradeCode Carpenter = new("CARPENTER");
    static readonly TradeCode[] Trades = [SearchWorld.Plumber, SearchWorld.Electrician, Carpenter];
    static readonly AppointmentWindow[] Windows =
    [
        new(new WindowCode("EARLY"), "Early", new LocalTime(8, 0), new LocalTime(10, 0), DaysOfWeek.All),
        new(new WindowCode("LATE"), "Late", new LocalTime(10, 0), new LocalTime(11, 30), DaysOfWeek.All),
    ];

    readonly Random random;

    // Several trades whom the same few people could do, on easy days: it matters who takes what, not when.
    readonly bool isScarce;
    readonly Instant now;
    readonly Dictionary<(OperativeId, LocalDate), PlannableDay?> days = [];
    readonly Dictionary<(VisitNeed, int), IReadOnlyList<Candidate>> candidates = [];

    public PlannerWorld(Random random)
    {
        this.random = random;
        isScarce = random.Next(2) == 0;
        // In some worlds the day has begun.
        now = SearchWorld.At(SearchWorld.Today, random.Next(3) == 0 ? random.Next(8, 10) : 0, random.Next(60));
        People = isScarce ? random.Next(3, 5) : random.Next(3, 6);
        var rules = new BookingRulesCheck(
            SearchWorld.Contract with { Windows = Windows }, SearchWorld.Contractor.Zone, SearchWorld.Patch, false, now, _ => 0);
        var windows = rules.Windows(SearchWorld.Today, Days).Select(
            window => random.Next(12) == 0 ? window with { Closed = Domain.Booking.RefusalReason.QuotaUsed } : window).ToList();
        Query = new SlotQuery(rules.Contract, rules.Patch, Routes.Point(random), Requirement(), now, windows);
    }

    public SlotQuery Query { get; }

    public int People { get; }

    public DayClock ClockOf(int window) => new(Query.Windows[window].Day, SearchWorld.Contractor.Zone);

    public AppointmentPlan? Plan(int window) =>
        new AppointmentPlanner(Query, SearchWorld.Contractor.Zone, StraightLineTravel.Default, DayOf)
            .Plan(window, (need, at, most) => [.. CandidatesOf(need, at).Take(most)]).Value;

    public PlannableDay? DayOf(OperativeId operative, LocalDate day)
    {
        if (days.TryGetValue((operative, day), out var known)) return known;
        var person = SearchWorld.Operative(operative.Value) with { PacePercent = random.Next(80, 121) };
        var drawn = random.Next(12) == 0 ? null : new PlannableDay(person, BusyDay());
        days.Add((operative, day), drawn);
        return drawn;
    }

    public IReadOnlyList<Candidate> CandidatesOf(VisitNeed need, int window)
    {
        if (candidates.TryGetValue((need, window), out var known)) return known;
        var count = isScarce ? random.Next(2, 4) : random.Next(2, People + 1);
        var drawn = Enumerable.Range(1, People).OrderBy(_ => random.Next()).Take(count)
            .Select(number => new Candidate(new OperativeId(number), 0)).ToList();
        candidates.Add((need, window), drawn);
        return drawn;
    }

    /// <summary>One to three stages, each of one to three trades with crews of one to three.</summary>
    JobRequirement Requirement()
    {
        var needs = new List<VisitNeed>();
        var stages = !isScarce && random.Next(3) == 0 ? random.Next(2, 4) : 1;
        for (var stage = 0; stage < stages; stage++)
        {
            var gap = stage == 0 ? 0 : random.Next(3);
            foreach (var trade in Trades.OrderBy(_ => random.Next()).Take(isScarce ? 3 : random.Next(1, 3)))
                needs.Add(new VisitNeed(stage, trade, [], random.Next(2, 10) * 10, isScarce || random.Next(2) == 0 ? 1
                    : random.Next(2, stages == 1 ? 4 : 3), gap));
        }

        return new JobRequirement(needs, Emergency: false);
    }

    /// <summary>A short day with up to three stops, half of them at a fixed time, so that it matters when a crew starts.</summary>
    DiaryDay BusyDay()
    {
        var start = random.Next(28, 36) * 900;
        var end = start + random.Next(3 * Routes.Hour, 5 * Routes.Hour);
        List<Pause> pauses = random.Next(3) == 0 ? [new Pause(start + Routes.Hour, start + (2 * Routes.Hour), 900)] : [];
        var day = new DiaryDay(new DayBounds(new WorkingDay(start, end, pauses), Routes.Point(random), Routes.Point(random)), [],
            StraightLineTravel.Default);
        for (var number = random.Next(isScarce ? 2 : 4); number > 0; number--)
        {
            var request = new StopRequest(Routes.Point(random), random.Next(2, 8) * 600, start, end);
            if (PlainRoute.Insertions(day, request) is not { Count: > 0 } places) continue;
            var place = places[random.Next(places.Count)];
            var at = random.Next(place.From, place.To + 1);
            var isFixed = random.Next(2) == 0;
            var stop = new Stop(Routes.Visit(number), request.Point, request.Seconds, isFixed ? at : request.Earliest, isFixed ? at
                : request.Latest, at);
            day = PlainRoute.Timed(day, day.Stops.Insert(place.Node, stop)) ?? day;
        }

        return day;
    }
}
