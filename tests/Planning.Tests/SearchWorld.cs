using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>A contractor with operatives, a contract and an index, small enough to check everything by hand or by brute force.</summary>
sealed class SearchWorld
{
    public static readonly LocalDate Today = new(2026, 11, 23);
    public static readonly TradeCode Plumber = new("PLUMBER");
    public static readonly TradeCode Electrician = new("ELECTRICIAN");
    public static readonly SkillCode GasSafe = new("GAS-SAFE");
    public static readonly PatchCode Patch = new("N1");
    public static readonly ContractId ContractId = new(7);
    public static readonly Place Centre = new(51.55, -0.1);
    public static readonly Organisation Contractor =
        new(new OrganisationId(2), "CON", "Contractor", OrganisationKind.Contractor, "Europe/London");

    public static readonly AppointmentWindow Am =
        new(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All);
    public static readonly AppointmentWindow Pm =
        new(new WindowCode("PM"), "Afternoon", new LocalTime(12, 0), new LocalTime(17, 0), DaysOfWeek.All);
    public static readonly BookingRules PlainRules = new(0, 365, null, 5, [], EmergencyReserve.None);

    public static readonly Contract Contract = new(
        ContractId, "C", "Contract", new OrganisationId(1), Contractor.Id, new LocalDate(2020, 1, 1), null, [Patch], [Plumber, Electrician],
        "NHF", [Am, Pm], PlainRules);

    public static readonly JobRequirement OneHour = Requirement(60);

    public static JobRequirement Requirement(int minutes, int crew = 1, params SkillRequirement[] skills) =>
        new([new VisitNeed(0, Plumber, skills, minutes, crew, 0)], Emergency: false);

    public static AvailabilityIndex Index(int days = 7, LocalDate? today = null, params LocalDate[] bankHolidays) =>
        new(Contractor, StraightLineTravel.Default, days, today ?? Today, bankHolidays);

    public static Shift Shift(string start, string end, params Break[] breaks) => new(Time(start), Time(end), breaks);

    public static Break Lunch => new(new LocalTime(12, 0), new LocalTime(14, 0), 30);

    public static LocalTime Time(string text) => NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;

    public static Rota Daily(Shift? shift, LocalDate? to = null) =>
        new(new LocalDate(2020, 1, 6), to, [[shift, shift, shift, shift, shift, shift, shift]]);

    public static WorkingTime Working(params Rota[] rotas) => new(rotas, [], [], WorksBankHolidays: true, WorkingTimeLimits.Standard);

    public static Operative Operative(int number, Shift? shift = null, Place? home = null) => new(
        new OperativeId(number), Contractor.Id, $"OP{number}", $"Operative {number}", [Plumber], [], [new Clearance(ContractId)], null,
            Patch, [],
        home ?? Centre, home ?? Centre, 100, Working(Daily(shift ?? Shift("08:00", "16:00", Lunch))));

    public static Instant At(LocalDate day, int hour, int minute = 0) =>
        DayClock.InstantOf(day.At(new LocalTime(hour, minute)), Contractor.Zone);

    public static SlotQuery Query(JobRequirement requirement, Instant now, int days, LocalDate? from = null, Contract? contract = null,
        Place? place = null)
    {
        contract ??= Contract;
        var rules = new BookingRulesCheck(contract, Contractor.Zone, Patch, requirement.Emergency, now, _ => 0);
        return new SlotQuery(
            contract, Patch, GroundPoint.Of(place ?? Centre), requirement, now, rules.Windows(from ?? Today, days));
    }

    public static Visit VisitAt(
        int number, OperativeId operative, LocalDate day, int hour, int minutes, AppointmentWindow window, Place? place = null,
            bool startFixed = false)
    {
        var clock = new DayClock(day, Contractor.Zone);
        var start = clock.InstantAt(clock.SecondAt(new LocalTime(hour, 0)));
        return new Visit(
            new VisitId(new JobId(number), 1), operative, ContractId, day, start, start + Duration.FromMinutes(minutes),
            BookingRulesCheck.PromiseOf(window, clock), place ?? Centre, 0, startFixed, VisitState.Booked, null);
    }

    /// <summary>Somewhere within about eight kilometres.</summary>
    public static Place Near(Random random, double degrees = 0.07) =>
        new(Centre.LatitudeDegrees + ((random.NextDouble() - 0.5) * 2 * degrees),
            Centre.LongitudeDegrees + ((random.NextDouble() - 0.5) * 3 * degrees));
}
