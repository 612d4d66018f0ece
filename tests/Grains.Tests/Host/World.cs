using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Tests;

/// <summary>A small landlord and two contractors. Ids are given, so that tests can name them. The clock starts on Monday 2 June 2025,
/// 08:00.</summary>
public static class World
{
    public static readonly OrganisationId Landlord = new(1);
    public static readonly OrganisationId Repairs = new(2);
    public static readonly OrganisationId Heating = new(3);

    /// <summary>Day-to-day repairs, without quotas.</summary>
    public static readonly ContractId Daily = new(1);

    /// <summary>The same people, with quotas: 3 mornings and 5 appointments a day.</summary>
    public static readonly ContractId Rationed = new(2);

    /// <summary>The same people, half of each day kept for emergencies.</summary>
    public static readonly ContractId Reserved = new(3);

    /// <summary>A day's notice, closed at 16:00 for tomorrow.</summary>
    public static readonly ContractId Noticed = new(4);

    /// <summary>The other contractor's.</summary>
    public static readonly ContractId Boilers = new(5);

    /// <summary>Day-to-day repairs that leave half of everybody's day to the other contracts until late in the evening.</summary>
    public static readonly ContractId Lent = new(6);

    public static readonly PatchCode North = new("N1");
    public static readonly PatchCode South = new("S1");
    public static readonly TradeCode Plumber = new("PLUMBER");
    public static readonly TradeCode Joiner = new("JOINER");
    public static readonly TradeCode Gas = new("GAS");

    public const string Tap = "PLU001";
    public const string Bath = "PLU002";
    public const string Burst = "PLU999";
    public const string BurstMain = "PLU998";
    public const string Door = "JOI001";
    public const string Worktop = "JOI002";
    public const string Plaster = "JOI003";
    public const string Boiler = "GAS001";
    public const string TooMany = "PLU020";

    /// <summary>The plumbers, in the order of their ids.</summary>
    public static readonly IReadOnlyList<OperativeId> Plumbers = [new(1), new(2), new(3)];

    public static readonly IReadOnlyList<OperativeId> Joiners = [new(4), new(5)];

    public static readonly OperativeId GasEngineer = new(6);

    public static readonly LocalDate Monday = new(2025, 6, 2);
    public static readonly LocalDate Tuesday = Monday.PlusDays(1);
    public static readonly LocalDate Wednesday = Monday.PlusDays(2);

    public static readonly WindowCode Am = new("AM");
    public static readonly WindowCode Pm = new("PM");

    static readonly Place Depot = new(51.55, -0.10);

    public static PropertyId Property(int number) => new(number);

    /// <summary>Properties 1 to 12 in the north patch, 13 in the south, which no contract serves.</summary>
    public static RegistryBatch Batch => new()
    {
        Organisations =
        [
            new Organisation(Landlord, "LANDLORD", "Example Homes", OrganisationKind.Client, "Europe/London"),
            new Organisation(Repairs, "REPAIRS", "Example Repairs", OrganisationKind.Contractor, "Europe/London"),
            new Organisation(Heating, "HEATING", "Example Heating", OrganisationKind.Contractor, "Europe/London"),
        ],
        Contracts =
        [
            ContractOf(Daily, Repairs, new BookingRules(0, 28, null, 5, [], EmergencyReserve.None)),
            ContractOf(Rationed, Repairs,
                new BookingRules(0, 28, null, 5, [new Quota(Am, null, 3), new Quota(null, North, 5)], EmergencyReserve.None)),
            ContractOf(Reserved, Repairs, new BookingRules(0, 28, null, 5, [], new EmergencyReserve(50, 0, new LocalTime(23, 0)))),
            ContractOf(Lent, Repairs, new BookingRules(0, 28, null, 5, [], EmergencyReserve.None)
            {
                Sharing = new Sharing(0, 50, 0, new LocalTime(23, 0)),
            }),
            ContractOf(Noticed, Repairs, new BookingRules(24 * 60, 28, new LocalTime(16, 0), 5, [], EmergencyReserve.None)),
            ContractOf(Boilers, Heating, new BookingRules(0, 90, null, 10, [], EmergencyReserve.None)),
        ],
        ScheduleOfRates =
        [
            Rate(Tap, Plumber, 60),
            Rate(Bath, Plumber, 240),
            Rate(Burst, Plumber, 60, emergency: true),
            Rate(BurstMain, Plumber, 60, operatives: 2, emergency: true),
            Rate(Door, Joiner, 60),
            Rate(Worktop, Joiner, 120, operatives: 2),
            Rate(Plaster, Joiner, 60, visits: 2, gap: 2),
            Rate(Boiler, Gas, 60),
            Rate(TooMany, Plumber, 60, operatives: 4, visits: 5, gap: 1),
        ],
        Operatives =
        [
            .. Plumbers.Select(id => Person(id, Repairs, Plumber)),
            .. Joiners.Select(id => Person(id, Repairs, Joiner)),
            Person(GasEngineer, Heating, Gas),
        ],
        Properties =
        [
            .. Enumerable.Range(1, 12).Select(number => PropertyOf(number, North)),
            PropertyOf(13, South),
        ],
    };

    public static Operative Person(OperativeId id, OrganisationId contractor, TradeCode trade, IReadOnlyList<Absence>? absences = null)
    {
        var shift = new Shift(new LocalTime(8, 0), new LocalTime(16, 30), [new Break(new LocalTime(12, 0), new LocalTime(13, 0), 30)]);
        var rota = new Rota(new LocalDate(2025, 1, 6), null, [[shift, shift, shift, shift, shift, null, null]]);
        ContractId[] contracts = contractor == Repairs ? [Daily, Rationed, Reserved, Noticed, Lent] : [Boilers];
        return new Operative(
            id, contractor, $"OP{id}", $"Operative {id}", [trade], [], [.. contracts.Select(contract => new Clearance(contract))], null,
                North, [],
            Depot, Depot, 100, new WorkingTime([rota], absences ?? [], [], false, WorkingTimeLimits.Standard));
    }

    static Contract ContractOf(ContractId id, OrganisationId contractor, BookingRules rules) => new(
        id, $"C{id}", $"Contract {id}", Landlord, contractor, new LocalDate(2025, 1, 1), null, [North], [Plumber, Joiner, Gas], "NHF",
        [
            new AppointmentWindow(Am, "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All),
            new AppointmentWindow(Pm, "Afternoon", new LocalTime(12, 0), new LocalTime(16, 0), DaysOfWeek.All),
        ],
        rules);

    static SorItem Rate(string code, TradeCode trade, int minutes, int operatives = 1, int visits = 1, int gap = 0,
        bool emergency = false) => new(
        "NHF", new SorCode(code), $"Item {code}", $"Item {code}", trade, [], minutes, operatives, visits, gap, emergency);

    static Property PropertyOf(int number, PatchCode patch) => new(
        new PropertyId(number), Landlord, $"P{number}", PropertyKind.Home, $"{number} Example Street", "", "N1 1AA",
        new Place(51.55 + (number * 0.0005), -0.10), patch);
}
