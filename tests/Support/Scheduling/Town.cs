using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Testing;

/// <summary>
/// A landlord, a contractor and a contract between them, so many plumbers, and homes within a few kilometres: enough to book in. Seeded,
/// so that
/// every run has the same town.
/// </summary>
/// <param name="Operatives">Numbered from 1.</param>
/// <param name="HorizonDays">How far ahead the contract lets people book.</param>
public sealed record Town(int Operatives, int Properties = 2_000, int HorizonDays = 56)
{
    public static readonly OrganisationId Landlord = new(1);
    public static readonly OrganisationId Contractor = new(2);
    public static readonly ContractId Contract = new(1);

    /// <summary>Half an hour for one plumber.</summary>
    public static readonly SorCode Tap = new("TAP");

    /// <summary>Five minutes for one plumber.</summary>
    public static readonly SorCode Valve = new("VALVE");

    /// <summary>An hour for two plumbers together.</summary>
    public static readonly SorCode Bath = new("BATH");

    /// <summary>Two visits of half an hour, the second three days later.</summary>
    public static readonly SorCode Leak = new("LEAK");
    public static readonly WindowCode Am = new("AM");
    public static readonly WindowCode Pm = new("PM");
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];
    /// <summary>Nobody lives in one of the homes.</summary>
    const int FirstPropertySeed = 1_000_000;
    static readonly PatchCode Patch = new("N1");
    static readonly TradeCode Plumber = new("PLUMBER");
    static readonly LocalDate Opened = new(2025, 1, 6);

    /// <summary>Appointments in a morning of the whole town; the afternoon is not limited.</summary>
    public int MorningQuota { get; init; } = int.MaxValue;

    public int HoldMinutes { get; init; } = BookingRules.DefaultHoldMinutes;

    public Task<RegistryResult> SettleAsync(IRegistryStore registry, CancellationToken cancellationToken = default) =>
        registry.UpsertAsync(Batch(), cancellationToken);

    public RegistryBatch Batch() => new()
    {
        Organisations =
        [
            new Organisation(Landlord, "LAND", "Landlord", OrganisationKind.Client, "Europe/London"),
            new Organisation(Contractor, "FIX", "Contractor", OrganisationKind.Contractor, "Europe/London"),
        ],
        Contracts =
        [
            new Contract(
                Contract, "C1", "Repairs", Landlord, Contractor, Opened, null, [Patch], [Plumber], "S1",
                [
                    new AppointmentWindow(Am, "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All),
                    new AppointmentWindow(Pm, "Afternoon", new LocalTime(12, 0), new LocalTime(17, 0), DaysOfWeek.All),
                ],
                new BookingRules(0, HorizonDays, null, HoldMinutes, [new Quota(Am, null, MorningQuota)], EmergencyReserve.None)),
        ],
        ScheduleOfRates =
        [
            Item(Tap, 30, people: 1, visits: 1, gapDays: 0),
            Item(Valve, 5, people: 1, visits: 1, gapDays: 0),
            Item(Bath, 60, people: 2, visits: 1, gapDays: 0),
            Item(Leak, 30, people: 1, visits: 2, gapDays: 3),
        ],
        Operatives = [.. Enumerable.Range(1, Operatives).Select(Operative)],
        Properties = [.. Enumerable.Range(1, Properties).Select(Property)],
    };

    /// <summary>On duty every day from 08:00 to 17:00, with half an hour's break about noon.</summary>
    public Operative Operative(int number)
    {
        var shift = new Shift(new LocalTime(8, 0), new LocalTime(17, 0), [new Break(new LocalTime(11, 30), new LocalTime(14, 0), 30)]);
        var rota = new Rota(Opened, null, [[shift, shift, shift, shift, shift, shift, shift]]);
        var home = PlaceOf(new Random(number), 0.02);
        return new Operative(
            new OperativeId(number), Contractor, $"OP{number}", $"Operative {number}", [Plumber], [], [new Clearance(Contract)], null,
                Patch, [],
            home, home, 100, new WorkingTime([rota], [], [], WorksBankHolidays: true, WorkingTimeLimits.Standard));
    }

    static Property Property(int number) => new(
        new PropertyId(number), Landlord, $"P{number}", PropertyKind.Home, $"{number} Tansy Road", "", "ZB1 2CD",
            PlaceOf(new Random(number + FirstPropertySeed), 0.02), Patch);

    /// <summary>Within about two kilometres of the town's middle.</summary>
    static Place PlaceOf(Random random, double degrees) =>
        new(51.5 + ((random.NextDouble() - 0.5) * degrees), -0.1 + ((random.NextDouble() - 0.5) * degrees * 1.6));

    static SorItem Item(SorCode code, int minutes, int people, int visits, int gapDays) =>
        new("S1", code, code.Value, code.Value, Plumber, [], minutes, people, visits, gapDays, Emergency: false);
}
