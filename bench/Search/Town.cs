using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Bench.Search;

/// <summary>
/// A town about 16 km across whose contractor's diaries are full for weeks: six visits of 45 minutes a day and operative, promised for the
/// morning
/// or the afternoon, with a lunch break that floats.
/// </summary>
sealed class Town
{
    public const int VisitsADay = 6;
    public const int VisitMinutes = 45;
    const int Patches = 10;

    public static readonly LocalDate Today = new(2026, 11, 23);
    public static readonly TradeCode Multi = new("MULTI");
    public static readonly PatchCode Everywhere = new("ALL");
    static readonly TradeCode[] Trades = [new("PLUMBER"), new("ELECTRICIAN"), new("CARPENTER"), new("PLASTERER"), new("ROOFER")];
    static readonly ContractId TheContract = new(1);
    static readonly Organisation Contractor = new(new OrganisationId(2), "CON", "Contractor", OrganisationKind.Contractor, "Europe/London");
    static readonly AppointmentWindow Am = new(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All);
    static readonly AppointmentWindow Pm =
        new(new WindowCode("PM"), "Afternoon", new LocalTime(12, 0), new LocalTime(17, 0), DaysOfWeek.All);

    readonly Random random = new(20_261_123);
    readonly Dictionary<OperativeId, long> versions = [];
    int lastJob;

    /// <param name="templates">How many operatives' diaries are worked out; the others have copies under visit ids of their own.</param>
    public Town(int operatives, int days, int templates, ITravel? travel = null)
    {
        Index = new AvailabilityIndex(Contractor, travel ?? StraightLineTravel.Default, days, Today, []);
        Operatives = [.. Enumerable.Range(1, operatives).Select(Draw)];
        var diaries = new List<List<Visit>>();
        for (var i = 0; i < operatives; i++)
        {
            var template = i % templates;
            var operative = Operatives[i] with { StartPlace = Operatives[template].StartPlace, EndPlace = Operatives[template].EndPlace };
            Operatives[i] = operative;
            Index.Put(operative);
            if (i < templates) diaries.Add(Fill(operative, days));
            versions[operative.Id] = 1;
            Index.Load(operative.Id, 1, i < templates
                ? diaries[i]
                : [.. diaries[template]
                    .Select(visit => visit with { Id = new VisitId(new JobId(++lastJob), 1), Operative = operative.Id })]);
        }

        Bookings = diaries.SelectMany(diary => diary).ToList();
        Contract = new Contract(
            TheContract, "C", "Contract", new OrganisationId(1), Contractor.Id, Today.PlusDays(-100), null,
            [Everywhere, .. Enumerable.Range(0, Patches).Select(PatchOf)], [Multi, .. Trades], "NHF", [Am, Pm],
            new BookingRules(0, 365, null, 5, [], EmergencyReserve.None));
    }

    public AvailabilityIndex Index { get; }

    public Operative[] Operatives { get; }

    public Contract Contract { get; }

    /// <summary>Visits that the writer moves about.</summary>
    public List<Visit> Bookings { get; }

    public static Instant Now => Today.PlusDays(-1).At(new LocalTime(18, 0)).InZoneStrictly(Contractor.Zone).ToInstant();

    /// <summary>A query for an hour's work, either one that all operatives could do, or one that a few could.</summary>
    public SlotQuery Query(Random from, bool filtered)
    {
        var trade = filtered ? Trades[from.Next(Trades.Length)] : Multi;
        var patch = filtered ? PatchOf(from.Next(Patches)) : Everywhere;
        var requirement = new JobRequirement([new VisitNeed(0, trade, [], 60, 1, 0)], Emergency: false);
        var rules = new BookingRulesCheck(Contract, Contractor.Zone, patch, Emergency: false, Now, _ => 0);
        return new SlotQuery(Contract, patch, GroundPoint.Of(Near(from)), requirement, Now, rules.Windows(Today, Math.Min(Index.Days, 14)));
    }

    /// <summary>Takes one visit out of its diary and books it again where it fits best: two changes.</summary>
    public void Rebook(Random from)
    {
        var at = from.Next(Bookings.Count);
        var visit = Bookings[at];
        if (!Index.Apply(RemovalOf(visit))) throw new InvalidOperationException("A change was out of turn.");
        if (BookingOf(visit with { Place = Near(from), Id = new VisitId(new JobId(++lastJob), 1) }) is not { } booked) return;
        Bookings[at] = booked.Visit;
        if (!Index.Apply(booked.Change)) throw new InvalidOperationException("A change was out of turn.");
    }

    public DiaryChange RemovalOf(Visit visit) => new(visit.Operative, ++versions[visit.Operative], [], [visit.Id]);

    public DiaryChange ReturnOf(Visit visit) => new(visit.Operative, ++versions[visit.Operative], [visit], []);

    (Visit Visit, DiaryChange Change)? BookingOf(Visit visit)
    {
        var clock = Index.ClockOf(visit.Day);
        if (Index.Day(visit.Operative, visit.Day) is not { } day) return null;
        var request = StopRequest.For(GroundPoint.Of(visit.Place), VisitMinutes * 60, visit.Promise, clock, Now);
        if (day.BestInsertion(request) is not { } insertion) return null;
        var stop = day.With(insertion, visit.Id, request).Stops[insertion.Node];
        var placed = visit with { Start = clock.InstantAt(stop.Start), End = clock.InstantAt(stop.End) };
        return (placed, new DiaryChange(visit.Operative, ++versions[visit.Operative], [placed], []));
    }

    List<Visit> Fill(Operative operative, int days)
    {
        var visits = new List<Visit>();
        for (var i = 0; i < days; i++)
        {
            var clock = Index.ClockOf(Today.PlusDays(i));
            var day = Index.Day(operative.Id, clock.Day) ?? throw new InvalidOperationException("Everybody works every day.");
            var places = new Dictionary<VisitId, (Place Place, Promise Promise)>();
            for (var tries = 0; places.Count < VisitsADay && tries < 100; tries++)
            {
                var promise = BookingRulesCheck.PromiseOf(random.Next(2) == 0 ? Am : Pm, clock);
                var place = Near(random);
                var request = StopRequest.For(GroundPoint.Of(place), VisitMinutes * 60, promise, clock, Now);
                if (day.BestInsertion(request) is not { } insertion) continue;
                var id = new VisitId(new JobId(++lastJob), 1);
                day = day.With(insertion, id, request);
                places.Add(id, (place, promise));
            }

            visits.AddRange(day.Stops.Select(stop => new Visit(
                stop.Visit, operative.Id, TheContract, clock.Day, clock.InstantAt(stop.Start), clock.InstantAt(stop.End),
                places[stop.Visit].Promise, places[stop.Visit].Place, 0, StartFixed: false, VisitState.Booked, null)));
        }

        return visits;
    }

    Operative Draw(int number)
    {
        var shift = new Shift(new LocalTime(8, 0), new LocalTime(16, 30), [new Break(new LocalTime(12, 0), new LocalTime(14, 0), 30)]);
        var home = Near(random);
        return new Operative(
            new OperativeId(number), Contractor.Id, $"OP{number}", $"Operative {number}", [Multi, Trades[number % Trades.Length]], [],
            [new Clearance(TheContract)], null, PatchOf(number), [Everywhere, PatchOf(number + 1), PatchOf(number + 3)], home, home, 100,
            new WorkingTime([new Rota(new LocalDate(2026, 1, 5), null, [[shift, shift, shift, shift, shift, shift, shift]])], [], [], true,
                WorkingTimeLimits.Standard));
    }

    static PatchCode PatchOf(int number) => new($"P{number / 7 % Patches}");

    internal static Place Near(Random from) => new(51.55 + ((from.NextDouble() - 0.5) * 0.14), -0.1 + ((from.NextDouble() - 0.5) * 0.22));
}
