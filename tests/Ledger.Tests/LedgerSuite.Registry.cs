using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Organisations, contracts, operatives, properties, rates.</summary>
public abstract partial class LedgerSuite
{
    static readonly Organisation Landlord = new(default, "LBX", "Borough of X", OrganisationKind.Client, "Europe/London");
    static readonly Organisation Builder = new(default, "FIXIT", "Fixit Ltd", OrganisationKind.Contractor, "Europe/London");

    protected async Task<(OrganisationId Client, OrganisationId Contractor)> OrganisationsAsync()
    {
        await Database.Registry.UpsertAsync(new RegistryBatch { Organisations = [Landlord, Builder] }, CancellationToken.None);
        var snapshot = await Database.Registry.LoadAsync(CancellationToken.None);
        return (snapshot.Organisations.Single(it => it.Reference == "LBX").Id, snapshot.Organisations.Single(it => it.Reference == "FIXIT")
            .Id);
    }

    protected static Contract NewContract(OrganisationId client, OrganisationId contractor) => new(
        default, "C-1", "Responsive repairs", client, contractor, new LocalDate(2025, 1, 1), null,
            [new PatchCode("N1"), new PatchCode("N2")],
        [new TradeCode("PLUMBER")], "NHF8",
        [new AppointmentWindow(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.Weekdays)],
        new BookingRules(
            120, 28, new LocalTime(15, 30), 5, [new Quota(new WindowCode("AM"), null, 20), new Quota(null, new PatchCode("N1"), 9)],
            new EmergencyReserve(20, 1, new LocalTime(16, 0)))
        {
            Sharing = new Sharing(100, 25, 2, new LocalTime(12, 30)),
        });

    protected static Operative NewOperative(OrganisationId contractor, string reference = "OP1", int pace = 100)
    {
        var day = new Shift(new LocalTime(8, 0), new LocalTime(16, 30), [new Break(new LocalTime(11, 30), new LocalTime(13, 30), 30)]);
        return new Operative(
            default, contractor, reference, "Ann O'Neil", [new TradeCode("PLUMBER")],
                [new Skill(new SkillCode("GAS-SAFE"), 3, new LocalDate(2026, 3, 31))],
            [new Clearance(new ContractId(1)), new Clearance(new ContractId(2), new LocalDate(2025, 12, 31))], null, new PatchCode("N1"),
            [new PatchCode("N2")], new Place(51.55, -0.11), new Place(51.56, -0.12), pace,
            new WorkingTime(
                [new Rota(new LocalDate(2025, 1, 6), null, [[day, day, null, day, day, null, null]])],
                [new Absence(new LocalDateTime(2025, 7, 1, 0, 0), new LocalDateTime(2025, 7, 8, 0, 0), "Leave")],
                [new Overtime(new LocalDate(2025, 6, 7), new LocalTime(9, 0), new LocalTime(12, 0))], false, WorkingTimeLimits.Standard));
    }

    static Property Home(OrganisationId client, string reference, string line1, string postcode, string line2 = "London") => new(
        default, client, reference, PropertyKind.Home, line1, line2, postcode, new Place(51.5, -0.1), new PatchCode("N1"));

    [Fact]
    public async Task The_registry_is_read_back_as_it_was_written_and_the_same_again_changes_nothing()
    {
        var (client, contractor) = await OrganisationsAsync();
        var contract = NewContract(client, contractor);
        var rate = new SorItem(
            "NHF8", new SorCode("PLU015"), "Renew tap washer", "Tap dripping", new TradeCode("PLUMBER"),
                [new SkillRequirement(new SkillCode("GAS-SAFE"), 2)], 30, 1, 2, 7, true);
        var holiday = new BankHoliday(contractor, new LocalDate(2025, 12, 25), "Christmas Day");
        var batch = new RegistryBatch
        {
            Contracts = [contract],
            Operatives = [NewOperative(contractor), NewOperative(contractor, "OP2")],
            ScheduleOfRates = [rate],
            BankHolidays = [holiday],
            Properties = [Home(client, "1001", "1 High St", "N1 1AA")],
        };

        Assert.Equal(new RegistryResult(6, 0, 0), await Database.Registry.UpsertAsync(batch, CancellationToken.None));
        var before = await Database.Registry.LoadAsync(CancellationToken.None);
        Assert.Equal(new RegistryResult(0, 0, 6), await Database.Registry.UpsertAsync(batch, CancellationToken.None));
        var after = await Database.Registry.LoadAsync(CancellationToken.None);

        Assert.Equal(before.Version, after.Version);
        Assert.Equal(after.Version, await Database.Registry.VersionAsync(CancellationToken.None));
        Assert.Equivalent(contract with { Id = after.Contracts[0].Id }, Assert.Single(after.Contracts), strict: true);
        Assert.Equal([1, 2], after.Operatives.Select(operative => operative.Id.Value));
        Assert.Equivalent(NewOperative(contractor) with { Id = new OperativeId(1) }, after.Operatives[0], strict: true);
        Assert.Equivalent(rate, Assert.Single(after.ScheduleOfRates), strict: true);
        Assert.Equal(holiday, Assert.Single(after.BankHolidays));
        Assert.Equal(1, await Database.Registry.CountPropertiesAsync(CancellationToken.None));
        Assert.Equal(2, (await ReadFeedAsync()).Count);
    }

    [Fact]
    public async Task A_changed_operative_keeps_its_id_and_its_diary_moves_on()
    {
        var (_, contractor) = await OrganisationsAsync();
        await Database.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [NewOperative(contractor), NewOperative(contractor, "OP2")] }, CancellationToken.None);
        await CommitAsync(Sample.Booking(1, 1, 32));

        var result = await Database.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [NewOperative(contractor, pace: 120), NewOperative(contractor, "OP2")] },
                CancellationToken.None);

        Assert.Equal(new RegistryResult(0, 1, 1), result);
        var entry = (await ReadFeedAsync())[^1].Event;
        Assert.Equal(EventKind.RegistryChanged, entry.Kind);
        Assert.Equal("operatives", entry.Note);
        Assert.Equal((1, 2L), (Assert.Single(entry.Diaries).Operative.Value, entry.Diaries[0].Version));
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Booking(1, 2, 40))).Status);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(1, 3, 40))).Status);
        Assert.Equal(0, (await DiaryAsync(2)).Version);
        Assert.Equal(120, (await Database.Registry.LoadAsync(CancellationToken.None)).Operatives.Single(it => it.Id.Value == 1)
            .PacePercent);
    }

    [Fact]
    public async Task A_batch_with_a_row_that_cannot_be_is_refused_whole()
    {
        var (client, _) = await OrganisationsAsync();
        var batch = new RegistryBatch
        {
            Contracts = [NewContract(client, new OrganisationId(999))],
            Properties = [Home(client, "1001", "1 High St", "N1 1AA")],
        };
        await Assert.ThrowsAnyAsync<Exception>(() => Database.Registry.UpsertAsync(batch, CancellationToken.None));
        Assert.Equal(0, await Database.Registry.CountPropertiesAsync(CancellationToken.None));
        Assert.Empty((await Database.Registry.LoadAsync(CancellationToken.None)).Contracts);
    }

    [Fact]
    public async Task Properties_are_found_by_postcode_words_and_reference_and_nothing_else()
    {
        var (client, other) = await OrganisationsAsync();
        await Database.Registry.UpsertAsync(
            new RegistryBatch
            {
                Properties =
                [
                    Home(client, "UPRN-1", "Flat 3, 12 Acacia Road", "N1 2AB"),
                    Home(client, "UPRN-2", "14 Acacia Road", "N1 2AC"),
                    Home(client, "100%", "St Mary's Court", "N12 9ZZ", ""),
                    Home(client, "a_b", "O'Neil House; DROP TABLE property", "E5 0AA"),
                    Home(other, "UPRN-1", "12 Acacia Road", "N1 2AB"),
                ],
            },
            CancellationToken.None);

        Assert.Equal(["UPRN-1", "UPRN-2"], await FoundAsync("n1 2a"));
        Assert.Equal(["UPRN-1", "UPRN-2", "100%"], await FoundAsync("N12"));
        Assert.Equal(["UPRN-1"], await FoundAsync("n12AB"));
        Assert.Equal(["UPRN-1", "UPRN-2"], await FoundAsync("aca roa"));
        Assert.Equal(["UPRN-2"], await FoundAsync("14 acacia"));
        Assert.Equal(["UPRN-1"], await FoundAsync("12 Acacia N1"));
        Assert.Equal(["100%"], await FoundAsync("st marys"));
        Assert.Equal(["UPRN-2"], await FoundAsync("UPRN-2"));
        Assert.Equal(["100%"], await FoundAsync("100%"));
        Assert.Equal(["a_b"], await FoundAsync("a_b"));
        foreach (var nothing in new[] { "%", "_", "*", "'", "\"", "cacia", "acacia:*", "' OR 1=1 --", "x' | 'y", "\\", "!acacia & zzz", " ",
            "\0", new string('a', 500) })
        {
            if (nothing == "acacia:*") Assert.Equal(["UPRN-1", "UPRN-2"], await FoundAsync(nothing));
            else Assert.Empty(await FoundAsync(nothing));
        }

        Assert.Equal(["a_b"], await FoundAsync("oneil house; drop table property"));
        Assert.Equal(4 + 1, await Database.Registry.CountPropertiesAsync(CancellationToken.None));
        Assert.Single(await Database.Registry.SearchPropertiesAsync([client], "acacia", 1, CancellationToken.None));
        Assert.Equal(3, (await Database.Registry.SearchPropertiesAsync([client, other], "acacia", 10, CancellationToken.None)).Count);
        Assert.Empty(await Database.Registry.SearchPropertiesAsync([], "acacia", 10, CancellationToken.None));
        foreach (var (area, found) in new[] { ("N1", 2), ("N", 0), ("N2", 0) })
        {
            var within = new PropertyArea(client, new PatchCode(area));
            Assert.Equal(found, (await Database.Registry.SearchPropertiesAsync([within], "acacia", 10, CancellationToken.None)).Count);
        }


        async Task<string[]> FoundAsync(string text) =>
            [.. (await Database.Registry.SearchPropertiesAsync([client], text, 50, CancellationToken.None))
                .Select(property => property.Reference)];
    }

    [Fact]
    public async Task A_changed_address_is_found_by_its_new_words_only()
    {
        var (client, _) = await OrganisationsAsync();
        await Database.Registry.UpsertAsync(new RegistryBatch { Properties = [Home(client, "U", "1 Elm Way", "N1 1AA")] },
            CancellationToken.None);
        var id = (await Database.Registry.FindPropertyAsync(client, "U", CancellationToken.None))!.Id;
        await Database.Registry.UpsertAsync(new RegistryBatch { Properties = [Home(client, "U", "1 Oak Way", "N1 1AA")] },
            CancellationToken.None);
        Assert.Empty(await Database.Registry.SearchPropertiesAsync([client], "elm", 5, CancellationToken.None));
        Assert.Equal(id, Assert.Single(await Database.Registry.SearchPropertiesAsync([client], "oak", 5, CancellationToken.None)).Id);
        Assert.Equal("1 Oak Way", (await Database.Registry.FindPropertyAsync(id, CancellationToken.None))!.AddressLine1);
        Assert.Null(await Database.Registry.FindPropertyAsync(new PropertyId(12345), CancellationToken.None));
    }
}
