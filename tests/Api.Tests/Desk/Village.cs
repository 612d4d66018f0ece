using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>
/// A registry small enough to reckon with: one landlord, one contractor with two plumbers and one joiner, who work from 8 to 5 every
/// day. A kitchen
/// takes the joiner 270 minutes, so that one booking fills his day.
/// </summary>
public static class Village
{
    public const string Plumbing = "PLU001";
    public const string Kitchen = "JOI001";
    public const int HoldMinutes = 5;
    public const int HorizonDays = 20;

    static readonly Place Square = new(51.5300, -0.1000);
    static readonly PatchCode Patch = new("N1");

    public static async Task FillAsync(IRegistryStore store, LocalDate today)
    {
        await store.UpsertAsync(new RegistryBatch
        {
            Organisations =
            [
                new Organisation(default, "MEADOW", "Meadow Homes", OrganisationKind.Client, "Europe/London"),
                new Organisation(default, "ASHBY", "Ashby Works", OrganisationKind.Contractor, "Europe/London"),
            ],
        }, default);
        var registry = await store.LoadAsync(default);
        var client = registry.Organisations.Single(organisation => organisation.Kind == OrganisationKind.Client).Id;
        var contractor = registry.Organisations.Single(organisation => organisation.Kind == OrganisationKind.Contractor).Id;
        await store.UpsertAsync(new RegistryBatch
        {
            Contracts = [ContractOf(client, contractor, today)],
            ScheduleOfRates =
            [
                Rate(Plumbing, "Tap dripping", "PLUMBER", 45),
                Rate("PLU002", "Toilet will not flush", "PLUMBER", 60),
                Rate(Kitchen, "Kitchen fitted", "JOINER", 270),
            ],
            Properties = [.. Enumerable.Range(1, 60).Select(number => HomeOf(client, number))],
        }, default);
        registry = await store.LoadAsync(default);
        await store.UpsertAsync(new RegistryBatch
        {
            Operatives =
            [
                OperativeOf(contractor, registry.Contracts[0].Id, "P1", "Ada Pipe", "PLUMBER", today),
                OperativeOf(contractor, registry.Contracts[0].Id, "P2", "Ben Valve", "PLUMBER", today),
                OperativeOf(contractor, registry.Contracts[0].Id, "J1", "Cy Plane", "JOINER", today),
            ],
        }, default);
    }

    static Contract ContractOf(OrganisationId client, OrganisationId contractor, LocalDate today) => new(
        default, "MEADOW-ASHBY", "Meadow repairs", client, contractor, today.PlusDays(-30), null, [Patch],
        [new TradeCode("PLUMBER"), new TradeCode("JOINER")], "VILLAGE",
        [
            new AppointmentWindow(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All),
            new AppointmentWindow(new WindowCode("PM"), "Afternoon", new LocalTime(12, 0), new LocalTime(17, 0), DaysOfWeek.All),
        ],
        new BookingRules(0, HorizonDays, null, HoldMinutes, [new Quota(null, null, 40)], EmergencyReserve.None));

    static SorItem Rate(string code, string name, string trade, int minutes) =>
        new("VILLAGE", new SorCode(code), name, name, new TradeCode(trade), [], minutes, 1, 1, 0, false);

    static Property HomeOf(OrganisationId client, int number) => new(
        default, client, $"M{number:0000}", PropertyKind.Home, $"{number} Orchard Lane", "", "ZA1 1AA",
        new Place(Square.LatitudeDegrees + (number * 0.0001), Square.LongitudeDegrees), Patch);

    static Operative OperativeOf(
        OrganisationId contractor, ContractId contract, string reference, string name, string trade, LocalDate today)
    {
        var shift = new Shift(new LocalTime(8, 0), new LocalTime(17, 0), []);
        var rota = new Rota(today.PlusDays(-30), null, [Enumerable.Repeat<Shift?>(shift, 7).ToList()]);
        return new Operative(
            default, contractor, reference, name, [new TradeCode(trade)], [], [new Clearance(contract)], null, Patch, [], Square, Square,
            100, new WorkingTime([rota], [], [], true, WorkingTimeLimits.Standard));
    }
}
