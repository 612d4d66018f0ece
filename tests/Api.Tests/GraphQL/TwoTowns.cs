using NodaTime;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>
/// The village (MEADOW's homes, ASHBY's operatives) and, sealed off from it, a town: HILL's homes, BIRCH's operative. BIRCH also has a
/// contract of MEADOW's, in a patch of its own.
/// </summary>
static class TwoTowns
{
    public const string TownWork = "ELE001";

    static readonly Place TownHall = new(51.6000, -0.2000);

    public static async Task FillAsync(IRegistryStore store, LocalDate today)
    {
        await Village.FillAsync(store, today);
        await store.UpsertAsync(new RegistryBatch
        {
            Organisations =
            [
                new Organisation(default, "HILL", "Hill Trust", OrganisationKind.Client, "Europe/London"),
                new Organisation(default, "BIRCH", "Birch Repairs", OrganisationKind.Contractor, "Europe/London"),
            ],
        }, default);
        var registry = await store.LoadAsync(default);
        OrganisationId Named(string reference) => registry.Organisations.Single(one => one.Reference == reference).Id;
        await store.UpsertAsync(new RegistryBatch
        {
            Contracts =
            [
                Contract("HILL-BIRCH", "Hill electrics", Named("HILL"), Named("BIRCH"), new PatchCode("S1"), today, null),
                Contract("MEADOW-BIRCH", "Meadow electrics", Named("MEADOW"), Named("BIRCH"), new PatchCode("N2"), today, 90),
            ],
            ScheduleOfRates =
            [
                new SorItem("TOWN", new SorCode(TownWork), "Socket dead, test and replace", "Socket does not work",
                    new TradeCode("ELECTRICIAN"), [new SkillRequirement(new SkillCode("18TH-EDITION"), 2)], 60, 1, 1, 0, false),
                new SorItem(
                    "TOWN", new SorCode("ELE900"), "No power, make safe", "No electricity", new TradeCode("ELECTRICIAN"), [], 30, 1, 1, 0,
                    true),
            ],
            Properties =
            [
                .. Enumerable.Range(1, 5).Select(number => Home(Named("HILL"), "H", number, new PatchCode("S1"), "ZB2 2BB", "High Street")),
                .. Enumerable.Range(1, 3)
                    .Select(number => Home(Named("MEADOW"), "N", number, new PatchCode("N2"), "ZA9 9AA", "North Road")),
            ],
            BankHolidays = [new BankHoliday(Named("BIRCH"), today.PlusDays(40), "Founder's Day")],
        }, default);
        registry = await store.LoadAsync(default);
        var contracts = registry.Contracts.Where(contract => contract.Contractor == Named("BIRCH"))
            .Select(contract => contract.Id).ToList();
        await store.UpsertAsync(new RegistryBatch { Operatives = [Electrician(Named("BIRCH"), contracts, today)] }, default);
    }

    static Contract Contract(
        string reference, string name, OrganisationId client, OrganisationId contractor, PatchCode patch, LocalDate today, int? days) =>
        new(
        default, reference, name, client, contractor, today.PlusDays(-10), days is { } last ? today.PlusDays(last) : null, [patch],
        [new TradeCode("ELECTRICIAN")], "TOWN",
        [new AppointmentWindow(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All)],
        new BookingRules(0, 20, new LocalTime(16, 0), 5, [], new EmergencyReserve(10, 0, new LocalTime(9, 0))));

    static Property Home(OrganisationId client, string letter, int number, PatchCode patch, string postcode, string street) => new(
        default, client, $"{letter}{number:0000}", number == 1 ? PropertyKind.Communal : PropertyKind.Home, $"{number} {street}", "Upper",
        postcode, new Place(TownHall.LatitudeDegrees + (number * 0.0002), TownHall.LongitudeDegrees), patch);

    static Operative Electrician(OrganisationId contractor, IReadOnlyList<ContractId> contracts, LocalDate today)
    {
        var shift = new Shift(
            new LocalTime(8, 0), new LocalTime(16, 30), [new Break(new LocalTime(12, 0), new LocalTime(14, 0), 30)]);
        var rota = new Rota(today.PlusDays(-10), null, [Enumerable.Repeat<Shift?>(shift, 7).ToList()]);
        var away = today.PlusDays(30);
        return new Operative(
            default, contractor, "E1", "Di Watt", [new TradeCode("ELECTRICIAN")],
            [new Skill(new SkillCode("18TH-EDITION"), 3, today.PlusDays(200))], [.. contracts.Select(contract => new Clearance(contract))],
            null, new PatchCode("S1"), [new PatchCode("N2")], TownHall, TownHall, 110,
            new WorkingTime(
                [rota], [new Absence(away.AtMidnight(), away.PlusDays(1).AtMidnight(), "Training")],
                [new Overtime(today.PlusDays(5), new LocalTime(16, 30), new LocalTime(18, 0))], false, WorkingTimeLimits.Standard));
    }
}
