using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Testing.LiveDays;

/// <summary>How large a day is, and how much of it goes wrong.</summary>
public sealed record ScenarioSettings(int Operatives, int Jobs, ulong Seed)
{
    /// <summary>Half the side of the town, in degrees of latitude: 0.07 is 8 km.</summary>
    public double Reach { get; init; } = 0.07;

    public int PatchesAcross { get; init; } = 5;

    /// <summary>In per cent of the jobs, unless said.</summary>
    public int NoAccessPercent { get; init; } = 4;

    public int CancelledPercent { get; init; } = 3;

    public int BookedTodayPercent { get; init; } = 5;

    public int EmergencyPercent { get; init; } = 4;

    /// <summary>Of the operatives; one in three of them goes home in the middle of the day.</summary>
    public int AbsentPercent { get; init; } = 3;

    public int UnpromisedPercent { get; init; } = 8;

    /// <summary>Share of the day that bookings leave to emergencies and overruns.</summary>
    public int ReservePercent { get; init; } = 18;
}

/// <summary>What the world knows of a visit and the engine does not.</summary>
/// <param name="ActualMinutes">Time on site at standard pace.</param>
/// <param name="IsToldEarly">Whether the operative says beforehand that it takes longer.</param>
public sealed record VisitTruth(int ActualMinutes, bool HasNoAccess, bool IsToldEarly);

/// <summary>A day with everything that is going to happen in it; the same for the same settings.</summary>
public sealed class DayScenario
{
    /// <summary>How long an operative waits at a door that nobody opens.</summary>
    public const int NoAccessMinutes = 10;

    static readonly ContractId TheContract = new(1);
    static readonly LocalDate Today = new(2026, 11, 23);
    static readonly TradeCode[] Trades = [new("PLUMBER"), new("ELECTRICIAN"), new("CARPENTER"), new("PLASTERER"), new("ROOFER")];
    static readonly SkillCode Gas = new("GAS-SAFE");

    static readonly (string Code, int From, int To, int Share)[] Windows =
        [("AM", 8, 12, 35), ("PM", 12, 17, 35), ("DAY", 8, 17, 12), ("EARLY", 8, 10, 6), ("LATE", 14, 16, 12)];

    readonly ScenarioSettings settings;
    readonly Random random;
    int lastJob;

    public DayScenario(ScenarioSettings settings)
    {
        this.settings = settings;
        random = new Random((int)(settings.Seed * 2_654_435_761 % int.MaxValue));
        Clock = new DayClock(Today, DateTimeZoneProviders.Tzdb["Europe/London"]);
        Travel = StraightLineTravel.Default;
        Team = new DayTeam(Clock, Enumerable.Range(0, settings.Operatives).Select(Member), Travel);
        var today = settings.Jobs * (settings.BookedTodayPercent + settings.EmergencyPercent) / 100;
        Asked = [.. Enumerable.Range(0, settings.Jobs - today).Select(_ => Visit(0))];
        AddNews();
    }

    public DayClock Clock { get; }

    public ITravel Travel { get; }

    public DayTeam Team { get; }

    public DayRules Rules => new()
    {
        Windows = [.. Windows.Select(window => new AppointmentWindow(
            new WindowCode(window.Code), window.Code, new LocalTime(window.From, 0), new LocalTime(window.To, 0), DaysOfWeek.All))],
        ReservePercent = settings.ReservePercent,
    };

    /// <summary>Visits that customers ask for before the day, in the order in which they ring.</summary>
    public IReadOnlyList<DayVisit> Asked { get; }

    public Dictionary<VisitId, VisitTruth> Truths { get; } = [];

    /// <summary>What happens at which second, whatever the plan; in order.</summary>
    public List<(int Second, DayEvent Event)> News { get; } = [];

    public Instant At(int second) => Clock.InstantAt(second);

    /// <summary>The day as its visits were booked: each where it fitted best when the customer rang, in the window wanted if there was
    /// room.</summary>
    public DayPlan Booked()
    {
        var plan = DayPlan.Of(Team, Rules, [], Clock.Start).Plan;
        foreach (var visit in Asked)
        {
            var reaction = LiveDay.On(plan, new VisitBooked(Clock.Start, visit));
            for (var other = 0; other < Windows.Length && reaction.Refusal != EventRefusal.None; other++)
                reaction = LiveDay.On(plan, new VisitBooked(Clock.Start, In(visit, other)));
            plan = reaction.Plan;
        }

        return plan;
    }

    void AddNews()
    {
        foreach (var visit in Asked.Where(_ => random.Next(100) < settings.CancelledPercent))
            Add(random.Next(7 * 3600, 15 * 3600), at => new VisitCancelled(at, visit.Id));
        foreach (var member in Team.Members.Where(_ => random.Next(100) < settings.AbsentPercent))
        {
            // One in three goes home at some time of the day, the others ring in the morning.
            var second = random.Next(3) == 0 ? random.Next(9 * 3600, 14 * 3600) : (7 * 3600) + 600;
            Add(second, at => new OperativeAbsent(at, member.Id, at, random.Next(4) == 0 ? at + Duration.FromHours(3) : null));
        }

        for (var i = settings.Jobs * settings.EmergencyPercent / 100; i > 0; i--)
        {
            var second = random.Next(8 * 3600, 14 * 3600);
            var visit = Visit(0) with { Earliest = second, Latest = second + (2 * 3600) - 1, IsEmergency = true, IsPromised = true };
            Add(second, at => new EmergencyReported(at, visit));
        }

        for (var i = settings.Jobs * settings.BookedTodayPercent / 100; i > 0; i--)
        {
            var second = random.Next(8 * 3600, 13 * 3600);
            // Nobody is promised a window that has begun.
            var visit = In(Visit(0), second < 12 * 3600 ? 1 : 4) with { IsPromised = true };
            Add(second, at => new VisitBooked(at, visit));
        }

        News.Sort((a, b) => a.Second.CompareTo(b.Second));
    }

    void Add(int second, Func<Instant, DayEvent> news) => News.Add((second, news(Clock.InstantAt(second))));

    DayVisit In(DayVisit visit, int window) =>
        visit with { Earliest = Windows[window].From * 3600, Latest = (Windows[window].To * 3600) - 1 };

    DayVisit Visit(int window)
    {
        var draw = random.Next(Windows.Sum(one => one.Share));
        while (draw >= Windows[window].Share) draw -= Windows[window++].Share;
        var trade = random.Next(Trades.Length);
        var place = Near();
        var minutes = random.Next(4, 17) * 5;
        var visit = new DayVisit(
            new VisitId(new JobId(++lastJob), 1), TheContract, Trades[trade],
            trade == 0 && random.Next(3) == 0 ? [new SkillRequirement(Gas, 2)] : [], PatchOf(place), GroundPoint.Of(place), minutes, 0, 0)
        {
            IsPromised = random.Next(100) >= settings.UnpromisedPercent,
        };
        var hasNoAccess = random.Next(100) < settings.NoAccessPercent;
        var actual = hasNoAccess ? NoAccessMinutes : Math.Max(5, (int)(minutes * Stretch()));
        Truths.Add(visit.Id, new VisitTruth(actual, hasNoAccess, random.Next(10) < 6));
        return In(visit, visit.IsPromised ? window : 2);
    }

    /// <summary>Seven in ten about as long as was thought, two up to half as long again, one up to twice.</summary>
    double Stretch() => random.Next(10) switch
    {
        < 7 => 0.75 + (random.NextDouble() * 0.35),
        < 9 => 1.1 + (random.NextDouble() * 0.4),
        _ => 1.5 + (random.NextDouble() * 0.5),
    };

    TeamMember Member(int number)
    {
        var home = Near();
        var start = random.Next(4) == 0 ? new LocalTime(7, 30) : new LocalTime(8, 0);
        var shift = new Shift(start, start.PlusHours(9), [new Break(new LocalTime(12, 0), new LocalTime(14, 0), 30)]);
        var trade = number % Trades.Length;
        var patch = PatchOf(home);
        var operative = new Operative(
            new OperativeId(number + 1), new OrganisationId(2), $"OP{number + 1}", $"Operative {number + 1}",
            random.Next(6) == 0 ? [Trades[trade], Trades[(trade + 1) % Trades.Length]] : [Trades[trade]],
            random.Next(2) == 0 ? [new Skill(Gas, random.Next(2, 4))] : [], [new Clearance(TheContract)], null, patch,
            [.. Neighbours(patch)],
            home, home, random.Next(5) == 0 ? 110 : 100,
            new WorkingTime([new Rota(Today.PlusDays(-30), null, [[shift, shift, shift, shift, shift, shift, shift]])], [], [], true,
                WorkingTimeLimits.Standard));
        var day = Availability.On(operative, Clock, _ => false) ?? throw new InvalidOperationException("Everybody works today.");
        return new TeamMember(operative, new DayBounds(day, GroundPoint.Of(home), GroundPoint.Of(home)));
    }

    Place Near() => new(
        51.55 + ((random.NextDouble() - 0.5) * 2 * settings.Reach), -0.1 + ((random.NextDouble() - 0.5) * 3.2 * settings.Reach));

    PatchCode PatchOf(Place place)
    {
        int Cell(double share) => Math.Clamp((int)(share * settings.PatchesAcross), 0, settings.PatchesAcross - 1);
        return Patch(
            Cell(((place.LatitudeDegrees - 51.55) / (2 * settings.Reach)) + 0.5),
            Cell(((place.LongitudeDegrees + 0.1) / (3.2 * settings.Reach)) + 0.5));
    }

    static PatchCode Patch(int row, int column) => new($"N{row}{column}");

    IEnumerable<PatchCode> Neighbours(PatchCode patch)
    {
        var (row, column) = (patch.Value[1] - '0', patch.Value[2] - '0');
        for (var r = row - 1; r <= row + 1; r++)
        {
            for (var c = column - 1; c <= column + 1; c++)
            {
                if ((r, c) != (row, column) && r >= 0 && c >= 0 && r < settings.PatchesAcross && c < settings.PatchesAcross)
                    yield return Patch(r, c);
            }
        }
    }
}
