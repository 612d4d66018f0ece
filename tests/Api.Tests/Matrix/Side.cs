using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// A client, a contractor and all that they have. Every text carries the side's mark, and what can't (a postcode, a place, minutes) is the
/// side's alone: whatever leaks is recognised by reading it.
/// </summary>
/// <param name="Mark">Upper-case letters that nothing else has.</param>
/// <param name="Latitude">Of everything it has; its first five characters are a mark, too.</param>
/// <param name="Landlord">The client, where it is another side's.</param>
sealed record Side(string Mark, string Postcode, double Latitude, int Minutes, Side? Landlord = null)
{
    public static readonly Side Own = new("MOOSE", "MO1 1MO", 51.53125, 45);

    public static readonly Side Hidden = new("ZEBRA", "ZE1 1ZE", 57.19375, 71);

    /// <summary>Another contractor of the own side's client, with a contract, homes, people and rates that only those two see.</summary>
    public static readonly Side Rival = new("HYENA", "HY1 1HY", 56.28125, 67, Own);

    /// <summary>Has nothing; its texts have the lengths of the hidden side's.</summary>
    public static readonly Side Missing = new("QUAGA", "QU1 1QU", 58.48125, 73);

    public string Client => Landlord?.Client ?? $"{Mark}-LAND";

    public string Contractor => $"{Mark}-WORKS";

    public string Contract => $"{Mark}-CONTRACT";

    public string Schedule => $"{Mark}-RATES";

    public string Work => $"{Mark}-SOR1";

    public string Emergency => $"{Mark}-SOR9";

    public string Patch => $"{Mark}-N1";

    public string Trade => $"{Mark}-TRADE";

    public string Skill => $"{Mark}-SKILL";

    public string Window => $"{Mark}-AM";

    public string Operative => $"{Mark}-OP1";

    public string Name => $"{Mark[0]}{Mark[1..].ToLowerInvariant()}";

    public string Home(int number) => $"{Mark}-{number:0000}";

    /// <summary>What gives the side away wherever it stands.</summary>
    public IReadOnlyList<string> Marks => [Mark, Postcode, FormattableString.Invariant($"{Latitude}")[..5]];

    Place Place(int number) => new(Latitude + (number * 0.0001), -0.1);

    /// <summary>The side's registry, with one home of each kind and two operatives.</summary>
    public async Task FillAsync(IRegistryStore store, LocalDate today)
    {
        await store.UpsertAsync(new RegistryBatch
        {
            Organisations = Landlord is null ? [Organisation(Client, "Homes"), Organisation(Contractor, "Works")]
                : [Organisation(Contractor, "Works")],
        }, default);
        var (client, contractor) = await PartiesAsync(store);
        await store.UpsertAsync(new RegistryBatch
        {
            Contracts = [ContractOf(Contract, client, contractor, today)],
            ScheduleOfRates = [Rate(Work, isEmergency: false), Rate(Emergency, isEmergency: true)],
            Properties = [.. Enumerable.Range(1, 6).Select(number => HomeOf(client, number))],
            BankHolidays = [new BankHoliday(contractor, today.PlusDays(40), $"{Name} Day")],
        }, default);
        var contract = (await store.LoadAsync(default)).Contracts.Single(one => one.Reference == Contract).Id;
        await store.UpsertAsync(new RegistryBatch
        {
            Operatives = [OperativeOf(contractor, contract, 1, null, today), OperativeOf(contractor, contract, 2, contract, today)],
        }, default);
    }

    Organisation Organisation(string reference, string kind) => new(
        default, reference, $"{Name} {kind}", kind == "Homes" ? OrganisationKind.Client : OrganisationKind.Contractor, "Europe/London");

    /// <summary>More of everything: whoever counts the side's records, days or minutes counts otherwise afterwards.</summary>
    public async Task FillMoreAsync(IRegistryStore store, LocalDate today)
    {
        var (client, contractor) = await PartiesAsync(store);
        await store.UpsertAsync(new RegistryBatch
        {
            Contracts = [ContractOf($"{Mark}-AGAIN", client, contractor, today)],
            ScheduleOfRates = [Rate($"{Mark}-SOR2", isEmergency: false)],
            Properties = [.. Enumerable.Range(7, 4).Select(number => HomeOf(client, number))],
            BankHolidays = [new BankHoliday(contractor, today.PlusDays(41), $"{Name} Feast")],
        }, default);
        var contract = (await store.LoadAsync(default)).Contracts.Single(one => one.Reference == Contract).Id;
        await store.UpsertAsync(
            new RegistryBatch { Operatives = [OperativeOf(contractor, contract, 3, null, today)] }, default);
    }

    async Task<(OrganisationId Client, OrganisationId Contractor)> PartiesAsync(IRegistryStore store)
    {
        var all = (await store.LoadAsync(default)).Organisations;
        return (all.Single(one => one.Reference == Client).Id, all.Single(one => one.Reference == Contractor).Id);
    }

    Contract ContractOf(string reference, OrganisationId client, OrganisationId contractor, LocalDate today) => new(
        default, reference, $"{Name} repairs", client, contractor, today.PlusDays(-30), today.PlusDays(300), [new PatchCode(Patch)],
        [new TradeCode(Trade)], Schedule,
        [
            new AppointmentWindow(new WindowCode(Window), $"{Name} morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All),
            new AppointmentWindow(
                new WindowCode($"{Mark}-PM"), $"{Name} afternoon", new LocalTime(12, 0), new LocalTime(17, 0), DaysOfWeek.All),
        ],
        new BookingRules(
            0, 20, new LocalTime(16, 0), 30, [new Quota(new WindowCode(Window), new PatchCode(Patch), 40)],
            new EmergencyReserve(10, 0, new LocalTime(9, 0))));

    SorItem Rate(string code, bool isEmergency) => new(
        Schedule, new SorCode(code), $"{Name} tap, mend", $"{Name} tap drips", new TradeCode(Trade),
        [new SkillRequirement(new SkillCode(Skill), 2)], Minutes, 1, 1, 0, isEmergency);

    Property HomeOf(OrganisationId client, int number) => new(
        default, client, Home(number), PropertyKind.Home, $"{number} {Name} Street", $"Upper {Name}", Postcode, Place(number),
        new PatchCode(Patch));

    Operative OperativeOf(
        OrganisationId contractor, ContractId contract, int number, ContractId? dedicatedTo, LocalDate today)
    {
        var shift = new Shift(
            new LocalTime(8, 0), new LocalTime(17, 0), [new Break(new LocalTime(12, 0), new LocalTime(14, 0), 30)]);
        var rota = new Rota(today.PlusDays(-30), today.PlusDays(400), [Enumerable.Repeat<Shift?>(shift, 7).ToList()]);
        var away = today.PlusDays(30);
        return new Operative(
            default, contractor, $"{Mark}-OP{number}", $"{Name} Pipe {number}", [new TradeCode(Trade)],
            [new Skill(new SkillCode(Skill), 3, today.PlusDays(200))], [new Clearance(contract, today.PlusDays(250))], dedicatedTo,
            new PatchCode(Patch), [new PatchCode($"{Mark}-N2")], Place(0), Place(0), 100,
            new WorkingTime(
                [rota], [new Absence(away.AtMidnight(), away.PlusDays(1).AtMidnight(), $"{Name} rest")],
                [new Overtime(today.PlusDays(5), new LocalTime(17, 0), new LocalTime(18, 0))], false, WorkingTimeLimits.Standard));
    }
}
