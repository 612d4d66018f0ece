using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Registry;
using Visit = OrleansScheduling.Domain.Jobs.Visit;
using VisitState = OrleansScheduling.Domain.Jobs.VisitState;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>What happens to others' records is not streamed, counted or timed.</summary>
public sealed class LiveIsolationTests(TwoVillages desk) : IClassFixture<TwoVillages>
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    string Start => desk.Services.GetRequiredService<FeedCursors>().Encode(0);

    /// <summary>All that a subscription tells of what is recorded already, up to the mark that ends it.</summary>
    async Task<List<string>> ToldAsync(HubClient client, string kind, string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        var stream = await client.SubscribeAsync(kind, [name], Start);
        var told = new List<string>();
        while (await stream.NextAsync(patience.Token) is { } message)
        {
            var type = (string)message["type"]!;
            if (type == "at")
            {
                await client.CancelAsync(stream);
                return told;
            }

            var entry = message["entry"]!;
            if ((string)entry["kind"]! != nameof(EventKind.RegistryChanged)) told.Add(entry.ToJsonString());
            else Assert.DoesNotContain($"\"operative\":{desk.HiddenOperative.Id}", entry.ToJsonString(), StringComparison.Ordinal);
        }

        return [$"ended: {(await stream.Ended.Task).Error}"];
    }

    [Fact]
    public async Task A_subscription_to_others_records_is_as_silent_as_one_to_what_is_not_there()
    {
        var (hidden, receipt) = await desk.HiddenJobAsync(200, ClaimKind.Book, 2);
        var operative = receipt.Visits[0].Operative.ToString(CultureInfo.InvariantCulture);
        var missing = TwoVillages.Missing.ToString(CultureInfo.InvariantCulture);
        // Every kind that the hub knows; one that this test does not know fails by its name.
        (string Kind, string Name, string Missing)[] names =
        [
            .. LiveHub.Kinds.Keys.Where(kind => kind != "area").Select(kind => kind switch
            {
                "contract" => (kind, desk.HiddenContract.Id.ToString(), missing),
                "job" => (kind, hidden.ToString(), desk.MissingJob.ToString()),
                "operatives" => (kind, operative, missing),
                "board" => (kind, desk.HiddenContract.Contractor.ToString(), missing),
                _ => throw new InvalidOperationException($"{kind} is not tried with what belongs to others."),
            }),
        ];
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.None))
        {
            foreach (var organisation in new[] { desk.Contract.Client, desk.Contract.Contractor })
            {
                await using var client = await desk.ConnectAsync(desk.Somebody(organisation, role));
                foreach (var (kind, name, absent) in names)
                {
                    var told = await ToldAsync(client, kind, name);
                    var tells = told.Exists(text => text.Contains(name, StringComparison.Ordinal));
                    Assert.False(tells, $"{role}: {kind} {name} is told of.");
                    Assert.Equal(await ToldAsync(client, kind, absent), told);
                }
            }
        }

        await using var owner = await desk.ConnectAsync(desk.Stranger);
        foreach (var (kind, name, _) in names)
            Assert.Contains(hidden.ToString(), Assert.Single(await ToldAsync(owner, kind, name)), StringComparison.Ordinal);
    }

    /// <summary>Whoever adds a call to the hub adds it here, and tries it with what belongs to others.</summary>
    [Fact]
    public void The_hub_has_no_call_that_these_tests_do_not_know()
    {
        var calls = typeof(LiveHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(method => method.Name);
        Assert.Equal([nameof(LiveHub.Subscribe), nameof(LiveHub.Watch)], calls.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_area_streams_the_own_operatives_only()
    {
        var (hidden, _) = await desk.HiddenJobAsync(201, ClaimKind.Book, 3);
        var (own, _) = await desk.JobAsync(desk.Contract, await desk.HomeAsync(desk.Contract.Client, "M0020"), 202, ClaimKind.Book, 3);
        await using var client = await desk.ConnectAsync();

        var told = await ToldAsync(client, "area", "N1");

        Assert.Contains(told, text => text.Contains(own.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(told, text => text.Contains(hidden.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_landlord_may_not_follow_diaries_and_an_operative_follows_the_own()
    {
        await using var landlord = await desk.ConnectAsync(desk.CallHandler);
        foreach (var kind in new[] { "operatives", "area", "board" })
        {
            var stream = await landlord.SubscribeAsync(kind, ["1"]);
            var end = await stream.Ended.Task.WaitAsync(Patience);
            Assert.Contains("Your role does not include this", end.Error, StringComparison.Ordinal);
        }

        var (id, receipt) = await desk.JobAsync(
            desk.Contract, await desk.HomeAsync(desk.Contract.Client, "M0021"), 203, ClaimKind.Book, 4);
        var own = new OperativeId(receipt.Visits[0].Operative);
        var other = desk.Registry.Operatives.Values.First(one => one.Contractor == desk.Contract.Contractor && one.Id != own).Id;
        await using var mine = await desk.ConnectAsync(desk.Somebody(desk.Contract.Contractor, Role.Operative, operative: own));
        await using var theirs = await desk.ConnectAsync(desk.Somebody(desk.Contract.Contractor, Role.Operative, operative: other));
        var (seen, notSeen) = (await ToldAsync(mine, "operatives", own.ToString()), await ToldAsync(theirs, "operatives", own.ToString()));
        Assert.Contains(seen, text => text.Contains(id.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(notSeen, text => text.Contains(id.ToString(), StringComparison.Ordinal));
        Assert.Empty(await ToldAsync(theirs, "job", id.ToString()));
        Assert.NotEmpty(await ToldAsync(mine, "job", id.ToString()));
    }

    [Fact]
    public async Task Watching_others_windows_fails_in_the_words_for_what_is_not_there()
    {
        var home = (await desk.HomeAsync(desk.Contract.Client, "M0022")).Id.Value;
        var hiddenHome = (await desk.HiddenHomeAsync()).Id.Value;
        await using var client = await desk.ConnectAsync();
        async Task<string> ErrorAsync(int contract, int property, string? job = null)
        {
            var stream = await client.StreamAsync("Watch", new
            {
                contract,
                property,
                lines = new[] { Village.Plumbing },
                from = desk.Tomorrow.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
                days = 2,
                job,
            });
            return (await stream.Ended.Task.WaitAsync(Patience)).Error!;
        }

        var (hidden, _) = await desk.HiddenJobAsync(204, ClaimKind.Book, 5);
        Assert.Equal(
            Named(await ErrorAsync(TwoVillages.Missing, home), TwoVillages.Missing),
            Named(await ErrorAsync(desk.HiddenContract.Id.Value, home), desk.HiddenContract.Id.Value));
        Assert.Equal(
            Named(await ErrorAsync(desk.Contract.Id.Value, TwoVillages.Missing), TwoVillages.Missing),
            Named(await ErrorAsync(desk.Contract.Id.Value, hiddenHome), hiddenHome));
        Assert.Equal(
            await ErrorAsync(desk.Contract.Id.Value, home, desk.MissingJob.ToString()),
            await ErrorAsync(desk.Contract.Id.Value, home, hidden.ToString()));

        static string Named(string error, int id) =>
            error.Replace(id.ToString(CultureInfo.InvariantCulture), "ID", StringComparison.Ordinal);
    }

    [Fact]
    public void Cursors_tell_nothing_and_cannot_be_made_up()
    {
        var cursors = desk.Services.GetRequiredService<FeedCursors>();
        foreach (var position in new[] { 0, 1, 41, long.MaxValue })
        {
            var (one, two) = (cursors.Encode(position), cursors.Encode(position));
            Assert.NotEqual(one, two);
            foreach (var cursor in new[] { one, two })
            {
                Assert.True(cursors.TryDecode(cursor, out var decoded));
                Assert.Equal(position, decoded);
            }
        }

        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            Assert.False(cursors.TryDecode(System.Buffers.Text.Base64Url.EncodeToString(bytes), out _));
        }

        foreach (var bad in new[] { null, "", "1", new string('A', 21), new string('!', 22) }) Assert.False(cursors.TryDecode(bad, out _));
    }

    /// <summary>
    /// A booking of one client moves another client's visit in the same diary: each is told of the own visit, the contractor of both.
    /// </summary>
    [Fact]
    public void An_event_is_seen_without_the_visits_of_others_that_it_moved()
    {
        var registry = desk.Services.GetRequiredService<RegistryCache>();
        // The hidden landlord's visit in a diary of ours: as if both were clients of one contractor.
        var ours = VisitOf(desk.Contract.Id, 1);
        var others = VisitOf(desk.HiddenContract.Id, 2);
        var happened = new BookingEvent(
            EventKind.BookingMade, Instant.FromUnixTimeSeconds(1), desk.HiddenContract.Client, desk.Contract.Contractor,
            desk.HiddenContract.Id, others.Id.Job, 7, "somebody", others.Promise, null, "a note",
            [new DiaryChange(desk.Joiner.Id, 12, [ours, others], [new VisitId(others.Id.Job, 9)])], []);

        Assert.Same(happened, new LiveSight(desk.Planner, registry).Of(happened));
        var moved = new LiveSight(desk.CallHandler, registry).Of(happened)!;
        Assert.Equal((EventKind.DiaryReplanned, null, 0L), (moved.Kind, moved.Job, moved.JobVersion));
        Assert.Equal((default, default, default), (moved.Client, moved.Contract, moved.Promise));
        Assert.Null(moved.Note);
        var change = Assert.Single(moved.Diaries);
        Assert.Equal([ours], change.Put);
        Assert.Empty(change.Removed);
        Assert.Equal(0, change.Version);

        var client = new LiveSight(desk.Somebody(desk.HiddenContract.Client, Role.CallHandler), registry).Of(happened)!;
        Assert.Equal(happened.Job, client.Job);
        Assert.Equal([others], Assert.Single(client.Diaries).Put);
        Assert.Single(client.Diaries[0].Removed);
        Assert.Null(new LiveSight(desk.Somebody(desk.Contract.Client, Role.CallHandler, ContractScope.Of([])), registry).Of(happened));
        Assert.Null(new LiveSight(desk.Somebody(desk.Contract.Client, Role.Tenant), registry).Of(happened));
        var tenant = new LiveSight(desk.Somebody(desk.Contract.Client, Role.Tenant), registry, ours.Id.Job).Of(happened)!;
        Assert.Equal([ours], Assert.Single(tenant.Diaries).Put);

    }

    /// <summary>A visit that goes to a colleague: its operative hears that it went, and nothing of the job from then on.</summary>
    [Fact]
    public void An_operative_is_told_what_leaves_the_own_diary_and_not_what_is_done_to_it_elsewhere()
    {
        var registry = desk.Services.GetRequiredService<RegistryCache>();
        var operative = desk.Somebody(desk.Contract.Contractor, Role.Operative, operative: desk.Joiner.Id);
        var visit = VisitOf(desk.Contract.Id, 1);
        var colleague = new OperativeId(desk.Joiner.Id.Value + 1_000);
        var gone = Event(EventKind.VisitsReassigned, null, [
            new DiaryChange(desk.Joiner.Id, 5, [], [visit.Id]),
            new DiaryChange(colleague, 8, [visit with { Operative = colleague }], [])]);
        var cancelled = Event(EventKind.BookingCancelled, visit.Id.Job, [new DiaryChange(colleague, 9, [], [visit.Id])]);

        foreach (var named in new JobId?[] { null, visit.Id.Job })
        {
            var sight = new LiveSight(operative, registry, named);
            if (named is not null) Assert.NotNull(sight.Of(cancelled));
            var told = Assert.Single(sight.Of(gone)!.Diaries);
            Assert.Equal((desk.Joiner.Id, 5L), (told.Operative, told.Version));
            Assert.Equal([visit.Id], told.Removed);
            Assert.Null(sight.Of(cancelled));
        }

        BookingEvent Event(EventKind kind, JobId? job, IReadOnlyList<DiaryChange> diaries) => new(
            kind, Instant.FromUnixTimeSeconds(1), desk.Contract.Client, desk.Contract.Contractor, desk.Contract.Id, job, 7, "somebody",
            null, null, "a note", diaries, []);
    }

    Visit VisitOf(ContractId contract, uint job) => new(
        new VisitId(JobId.Create(desk.Today, job), 1), desk.Joiner.Id, contract, desk.Today, default, Instant.FromUnixTimeSeconds(60),
        new Promise(new WindowCode("AM"), default, Instant.FromUnixTimeSeconds(60)), new Place(51.5, -0.1), 0, false, VisitState.Booked,
        null);
}
