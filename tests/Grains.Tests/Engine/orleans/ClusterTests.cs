using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

[Alias("scheduling.tests.Note")]
public interface INoteGrain : IGrainWithStringKey
{
    Task<string> Read();

    Task Write(string text);
}

[GenerateSerializer, Alias("scheduling.tests.NoteText")]
public sealed class NoteText
{
    [Id(0)]
    public string Text { get; set; } = "";
}

public sealed class NoteGrain([PersistentState("note")] IPersistentState<NoteText> note) : Grain, INoteGrain
{
    public Task<string> Read() => Task.FromResult(note.State.Text);

    public async Task Write(string text)
    {
        note.State.Text = text;
        await note.WriteStateAsync();
    }
}

/// <summary>Silos with a ledger and an index each, which find each other in the ledger's database.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterTests(ClusterFixture postgresql) : IAsyncLifetime
{
    readonly FakeTimeProvider clock = new();
    ClusterNode first = null!;
    ClusterNode second = null!;

    public async Task InitializeAsync()
    {
        var database = await postgresql.NewDatabaseAsync();
        first = await ClusterNode.StartAsync(database, clock, Batch);
        second = await ClusterNode.StartAsync(database, clock);
    }

    public async Task DisposeAsync()
    {
        var report = await LedgerCheck.RunAsync(
            first.Services.GetRequiredService<LedgerDatabase>(), first.Availability.Travel, CancellationToken.None);
        await second.DisposeAsync();
        await first.DisposeAsync();
        Assert.True(report.Succeeded, report.ToString());
    }

    [PostgreSqlFact]
    public async Task Callers_at_both_silos_fill_the_same_diaries_and_nobody_is_promised_twice()
    {
        ClusterNode[] silos = [first, second];
        var keys = Enumerable.Range(0, 40).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        var booked = await GrainHost.WithPassingTimeAsync(
            clock, Task.WhenAll(keys.Select((key, i) => BookAsync(silos[i % 2], Caller.NewJob(), key))));
        var granted = booked.Where(answer => answer.Receipt is not null).ToList();
        Assert.NotEmpty(granted);
        Assert.All(booked.Except(granted), answer => Assert.Equal("WindowGone", answer.Refusal!.Reason));
        Assert.NotEmpty(booked.Except(granted));

        var planned = new List<VisitState>();
        foreach (var plumber in Plumbers) planned.AddRange((await DiaryAsync(second, plumber)).Visits);
        var promised = granted.SelectMany(answer => answer.Receipt!.Visits).Select(visit => visit.Job);
        Assert.Equal(promised.Order(), planned.Select(visit => visit.Job).Order());
    }

    [PostgreSqlFact]
    public async Task A_diary_has_one_home_and_a_contract_one_in_each_silo()
    {
        foreach (var silo in new[] { first, second })
        {
            foreach (var plumber in Plumbers) await DiaryAsync(silo, plumber);
            var answer = await silo.Grains.GetGrain<IContractGrain>(Daily.ToString())
                .Search(new SearchSlots(Property(1).Value, [Bath], Tuesday.ToDateOnly(), 1, 0, "anna", Caller.Landlord));
            Assert.NotEmpty(answer.Slots);
        }

        // Where a diary was first asked for, there it stays.
        Assert.Equal(2 * Plumbers.Count, first.Served.Count(call => call == nameof(IOperativeDiaryGrain)) + second.Served.Count(
            call => call == nameof(IOperativeDiaryGrain)));
        foreach (var plumber in Plumbers)
            Assert.Equal(await HomeAsync(first, plumber), await HomeAsync(second, plumber));
        Assert.Single(first.Served, nameof(IContractGrain));
        Assert.Single(second.Served, nameof(IContractGrain));
    }

    static async Task<SiloAddress?> HomeAsync(ClusterNode asked, OperativeId operative) => await asked.Grains
        .GetGrain<IManagementGrain>(0).GetActivationAddress(asked.Grains.GetGrain<IOperativeDiaryGrain>(operative.ToString()));

    [PostgreSqlFact]
    public async Task What_lived_in_a_silo_that_stops_goes_on_in_another()
    {
        var job = Caller.NewJob();
        var receipt = Caller.Granted(await GrainHost.WithPassingTimeAsync(clock, BookAsync(second, job, "before")));
        await second.Grains.GetGrain<INoteGrain>("mine").Write("kept");

        await second.StopAsync();

        Assert.Equal("kept", await first.Grains.GetGrain<INoteGrain>("mine").Read());
        var again = Caller.Granted(await GrainHost.WithPassingTimeAsync(clock, BookAsync(first, job, "before")));
        Assert.Equal(receipt.Position, again.Position);
        var hosts = await first.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        Assert.Equal([first.Address], hosts.Keys);
    }

    [PostgreSqlFact]
    public async Task A_state_that_was_written_meanwhile_is_not_overwritten()
    {
        var storage = first.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var elsewhere = second.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("note", "one");
        var (mine, theirs) = (new GrainState<NoteText>(new()), new GrainState<NoteText>(new()));
        await storage.ReadStateAsync("note", id, mine);
        await elsewhere.ReadStateAsync("note", id, theirs);
        Assert.False(mine.RecordExists);

        theirs.State!.Text = "theirs";
        await elsewhere.WriteStateAsync("note", id, theirs);
        mine.State!.Text = "mine";
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, mine));

        await storage.ReadStateAsync("note", id, mine);
        Assert.Equal("theirs", mine.State!.Text);
        mine.State!.Text = "mine after theirs";
        await storage.WriteStateAsync("note", id, mine);
        theirs.State!.Text = "again";
        await Assert.ThrowsAsync<InconsistentStateException>(() => elsewhere.WriteStateAsync("note", id, theirs));
        await Assert.ThrowsAsync<InconsistentStateException>(() => elsewhere.ClearStateAsync("note", id, theirs));

        await storage.ClearStateAsync("note", id, mine);
        await elsewhere.ReadStateAsync("note", id, theirs);
        Assert.Equal((false, ""), (theirs.RecordExists, theirs.State!.Text));
        theirs.State!.Text = "anew";
        await elsewhere.WriteStateAsync("note", id, theirs);
        await storage.ReadStateAsync("note", id, mine);
        Assert.Equal("anew", mine.State!.Text);
    }

    [PostgreSqlFact]
    public async Task A_reminder_is_kept_replaced_and_removed_by_its_version()
    {
        var (here, there) = (first.Services.GetRequiredService<IReminderTable>(), second.Services.GetRequiredService<IReminderTable>());
        var id = GrainId.Create("note", "one");
        var start = new DateTime(2025, 6, 2, 9, 30, 0, DateTimeKind.Utc);
        ReminderEntry Entry(string name, TimeSpan period) =>
            new() { GrainId = id, ReminderName = name, StartAt = start, Period = period };

        var older = await here.UpsertRow(Entry("tea", TimeSpan.FromMinutes(5)));
        var newer = await here.UpsertRow(Entry("tea", TimeSpan.FromMinutes(7)));
        await here.UpsertRow(Entry("lunch", TimeSpan.FromHours(24)));
        Assert.NotEqual(older, newer);

        var tea = (await there.ReadRow(id, "tea"))!;
        Assert.Equal((start, TimeSpan.FromMinutes(7), newer), (tea.StartAt, tea.Period, tea.ETag));
        Assert.Equal(["lunch", "tea"], (await there.ReadRows(id)).Reminders.Select(one => one.ReminderName).Order(StringComparer.Ordinal));
        var hash = id.GetUniformHashCode();
        Assert.Equal(2, (await there.ReadRows(hash - 1, hash)).Reminders.Count);
        Assert.Empty((await there.ReadRows(hash, hash + 1)).Reminders);
        // The ring closes: the whole of it, and all but the place itself.
        Assert.Equal(2, (await there.ReadRows(0, 0)).Reminders.Count);
        Assert.Empty((await there.ReadRows(hash, hash - 1)).Reminders);

        Assert.False(await there.RemoveRow(id, "tea", older!));
        Assert.True(await there.RemoveRow(id, "tea", newer!));
        Assert.Null(await here.ReadRow(id, "tea"));
    }

    static async Task<CommandAnswer> BookAsync(ClusterNode silo, JobId job, string key)
    {
        var offer = silo.Services.GetRequiredService<OfferTokens>().Encode(new Offer(
            Daily, Property(1), [new(Bath)], Tuesday, Am, null, silo.Availability.Now + NodaTime.Duration.FromMinutes(15)));
        var claim = new ClaimSlot(new(key, Caller.Landlord, "actor"), ClaimKind.Book, offer, "anna", "");
        return await silo.Grains.GetGrain<IJobGrain>(job.ToString()).Claim(claim, CancellationToken.None);
    }

    static Task<DiaryState> DiaryAsync(ClusterNode silo, OperativeId operative) =>
        silo.Grains.GetGrain<IOperativeDiaryGrain>(operative.ToString()).Read(Caller.Contractor, Monday.ToDateOnly(), 14);
}
