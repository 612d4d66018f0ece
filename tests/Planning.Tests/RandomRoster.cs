using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>Operatives and diaries drawn at random, kept beside the index so that a fresh one can be built from them.</summary>
sealed class RandomRoster(Random random)
{
    readonly Dictionary<OperativeId, (Operative Operative, long Version, Dictionary<VisitId, Visit> Visits)> people = [];
    int lastJob;

    public IEnumerable<(Operative Operative, IReadOnlyCollection<Visit> Visits)> People =>
        people.Values.Select(person => (person.Operative, (IReadOnlyCollection<Visit>)person.Visits.Values));

    public IReadOnlyList<OperativeId> Ids => [.. people.Keys];

    public Operative Draw(int number)
    {
        Shift?[] shifts =
        [
            SearchWorld.Shift("08:00", "16:00", SearchWorld.Lunch),
            SearchWorld.Shift("07:00", "18:00", new Break(new LocalTime(9, 30), new LocalTime(10, 30), 15), SearchWorld.Lunch,
                new Break(new LocalTime(15, 0), new LocalTime(16, 0), 15)),
            SearchWorld.Shift("09:00", "13:00"),
            SearchWorld.Shift("20:00", "07:00", new Break(new LocalTime(23, 30), new LocalTime(0, 30), 30)),
            null,
        ];
        var lastValid = random.Next(3) == 0 ? SearchWorld.Today.PlusDays(random.Next(7)) : (LocalDate?)null;
        var operative = SearchWorld.Operative(number, null, SearchWorld.Near(random)) with
        {
            EndPlace = SearchWorld.Near(random),
            PacePercent = random.Next(50, 201),
            Trades = random.Next(6) == 0 ? [SearchWorld.Electrician] : [SearchWorld.Plumber],
            Skills = random.Next(3) == 0 ? [new Skill(SearchWorld.GasSafe, random.Next(1, 6), lastValid)] : [],
            Clearances =
            [
                .. random.Next(8) == 0
                    ? Array.Empty<Clearance>() : [new Clearance(SearchWorld.ContractId, random.Next(4) == 0 ? lastValid : null)],
                .. random.Next(2) == 0
                    ? Array.Empty<Clearance>() : [new Clearance(new ContractId(99), random.Next(2) == 0 ? lastValid : null)],
            ],
            DedicatedTo = random.Next(10) switch { 0 => new ContractId(99), 1 or 2 => SearchWorld.ContractId, _ => null },
            HomePatch = random.Next(4) == 0 ? new PatchCode("S9") : SearchWorld.Patch,
            HelpsOutIn = random.Next(3) == 0 ? [] : [SearchWorld.Patch],
            WorkingTime = SearchWorld.Working(new Rota(new LocalDate(2026, 1, 5), null,
                [[.. Enumerable.Range(0, 7).Select(_ => shifts[random.Next(shifts.Length)])]])) with
            {
                Absences = random.Next(3) == 0 ? [Absence()] : [],
            },
        };
        return operative;
    }

    Absence Absence()
    {
        var start = SearchWorld.Today.PlusDays(random.Next(7)).At(new LocalTime(random.Next(6, 18), 0));
        return new Absence(start, start.PlusMinutes(random.Next(1, 60) * 15), "away");
    }

    public void Put(AvailabilityIndex index, Operative operative)
    {
        people[operative.Id] = people.TryGetValue(operative.Id, out var known) ? known with { Operative = operative } : (operative, 0, []);
        index.Put(operative);
    }

    /// <summary>A further visit where the day has room by the index's own view; false when it has none.</summary>
    public bool Book(AvailabilityIndex index, OperativeId id, LocalDate day, int maxMinutes = 100)
    {
        if (index.Day(id, day) is not { } shown) return false;
        var window = random.Next(2) == 0 ? SearchWorld.Am : SearchWorld.Pm;
        var clock = index.ClockOf(day);
        var promise = BookingRulesCheck.PromiseOf(window, clock);
        var place = SearchWorld.Near(random);
        var request = StopRequest.For(GroundPoint.Of(place), random.Next(2, (maxMinutes / 5) + 1) * 300, promise, clock, clock.Start);
        if (shown.BestInsertion(request) is not { } insertion) return false;
        var visit = new VisitId(new JobId(++lastJob), 1);
        var with = shown.With(insertion, visit, request);
        var put = with.Stops.Where(stop => shown.Stops.All(old => old != stop)).Select(stop =>
            people[id].Visits.TryGetValue(stop.Visit, out var old)
                ? old with { Start = clock.InstantAt(stop.Start), End = clock.InstantAt(stop.End) }
                : new Visit(visit, id, SearchWorld.ContractId, day, clock.InstantAt(stop.Start), clock.InstantAt(stop.End), promise, place,
                    0,
                    random.Next(4) == 0, VisitState.Booked, null)).ToList();
        return Apply(index, id, put, []);
    }

    public bool Cancel(AvailabilityIndex index, OperativeId id) =>
        people[id].Visits.Count > 0 && Apply(index, id, [], [people[id].Visits.Keys.ElementAt(random.Next(people[id].Visits.Count))]);

    public void Reload(AvailabilityIndex index, OperativeId id)
    {
        var person = people[id];
        people[id] = person with { Version = person.Version + 3 };
        index.Load(id, person.Version + 3, [.. person.Visits.Values]);
    }

    bool Apply(AvailabilityIndex index, OperativeId id, IReadOnlyList<Visit> put, IReadOnlyList<VisitId> removed)
    {
        var person = people[id];
        foreach (var gone in removed) person.Visits.Remove(gone);
        foreach (var visit in put) person.Visits[visit.Id] = visit;
        people[id] = person with { Version = person.Version + 1 };
        Assert.True(index.Apply(new DiaryChange(id, person.Version + 1, put, removed)));
        return true;
    }

    public AvailabilityIndex Fresh(AvailabilityIndex like)
    {
        var fresh = SearchWorld.Index(like.Days, like.FirstDay);
        foreach (var (operative, version, visits) in people.Values)
        {
            fresh.Put(operative);
            fresh.Load(operative.Id, version, [.. visits.Values]);
        }

        return fresh;
    }

    public JobRequirement Requirement()
    {
        SkillRequirement[] skills = random.Next(3) == 0 ? [new SkillRequirement(SearchWorld.GasSafe, random.Next(1, 5))] : [];
        return SearchWorld.Requirement(random.Next(1, 20) * 15, 1, skills) with { Emergency = random.Next(4) == 0 };
    }

    public Contract Contract() => SearchWorld.Contract with
    {
        Rules = SearchWorld.PlainRules with
        {
            Reserve = random.Next(3) == 0 ? new EmergencyReserve(random.Next(10, 60), random.Next(3), new LocalTime(12, 0))
                : EmergencyReserve.None,
            Sharing = random.Next(3) == 0
                ? new Sharing(random.Next(101), random.Next(60), random.Next(3), new LocalTime(12, 0)) : Sharing.Free,
        },
    };
}
