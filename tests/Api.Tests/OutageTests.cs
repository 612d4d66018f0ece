using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests;

/// <summary>The host on a server of its own, which can be taken away under it.</summary>
public class DeskOnPostgreSql : DeskFixture
{
    PrivatePostgreSql? cluster;

    public PrivatePostgreSql Cluster => cluster!;

    protected override async Task<string> NewDatabaseAsync()
    {
        cluster = await PrivatePostgreSql.StartAsync();
        return await cluster.CreateDatabaseAsync("desk");
    }

    public async Task CloseAsync()
    {
        await DisposeAsync();
        if (cluster is not null) await cluster.DisposeAsync();
    }
}

/// <summary>The database goes away and comes back while callers book and others look on.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    const int Callers = 8;

    /// <summary>Receipts between two events: enough that batches are under way.</summary>
    const int Receipts = 40;

    /// <summary>Far longer than anything here takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly DeskOnPostgreSql desk = new();

    public Task InitializeAsync() => PostgreSqlNeeded.Reason is null ? desk.InitializeAsync() : Task.CompletedTask;

    public Task DisposeAsync() => PostgreSqlNeeded.Reason is null ? desk.CloseAsync() : Task.CompletedTask;

    [PostgreSqlFact]
    public async Task Nothing_acknowledged_is_lost_and_whoever_looks_on_has_seen_everything_once()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var client = await desk.ConnectAsync();
        var streams = new List<HubStream>();
        foreach (var (kind, name) in new[] { ("contract", desk.Contract.Id.ToString()), ("board", desk.Contract.Contractor.ToString()) })
        {
            var stream = await client.SubscribeAsync(kind, [name]);
            await stream.NextAsync("at", patience.Token);
            streams.Add(stream);
        }

        var feed = desk.Services.GetRequiredService<IFeed>();
        var start = await feed.HeadAsync(patience.Token);
        var crowd = new Crowd(desk, patience.Token);
        await crowd.ReachAsync(Receipts);
        await InterruptAsync(crowd, desk.Cluster.KillAsync);
        await crowd.ReachAsync(2 * Receipts);
        await InterruptAsync(crowd, desk.Cluster.StopAsync);
        await crowd.ReachAsync(3 * Receipts);
        await crowd.EndAsync();

        var entries = await ReadAsync(feed, start, patience.Token);
        Assert.Equal(entries.Count, entries.Select(entry => (entry.Event.Job, entry.Event.JobVersion)).Distinct().Count());
        var positions = entries.Select(entry => entry.Position).ToHashSet();
        Assert.All(crowd.Answers.Values, position => Assert.Contains(position, positions));
        Assert.Equal(crowd.Answers.Count, crowd.Answers.Values.Distinct().Count());
        // What was sent and never answered does not exist: every caller went on until it had its answer.
        Assert.Equal(entries.Count, crowd.Answers.Count);
        foreach (var stream in streams) await AssertSawAsync(stream, entries, patience.Token);
        Assert.Equal(entries[^1].Position, desk.Services.GetRequiredService<AvailabilityService>().Position);
        var report = await LedgerCheck.RunAsync(
            desk.Services.GetRequiredService<LedgerDatabase>(), desk.Services.GetRequiredService<AvailabilityService>().Travel, default);
        Assert.True(report is { Breaches: 0, Warnings: 0 }, report.ToString());
    }

    [PostgreSqlFact]
    public async Task While_the_database_is_away_callers_are_told_to_try_again()
    {
        var made = await desk.Services.GetRequiredService<ApiKeys>().CreateAsync(
            desk.Contract.Contractor, "Job system", new HashSet<Role> { Role.Planner }, ContractScope.All, 30, "test", default);
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("12 orchard");
        await desk.Cluster.KillAsync();

        // People are told in words, and not that something is being set up.
        var page = await browser.GetAsync($"/properties/{home}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Equal("The diaries cannot be reached just now", page.Heading);

        // Whoever has signed in is known; the question cannot be answered.
        using var known = await browser.Http.PostAsJsonAsync("/graphql", new { query = "{ jobs(first: 1) { nodes { reference } } }" });
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        AssertTellsToTryAgain((await known.Content.ReadFromJsonAsync<JsonObject>())!);

        // Nobody can tell whose key it is.
        using var stranger = desk.NewStranger();
        stranger.Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {made!.Value.Text}");
        using var unknown = await stranger.Http.PostAsJsonAsync("/graphql", new { query = "{ __typename }" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.Equal("1", unknown.Headers.GetValues("Retry-After").Single());
        AssertTellsToTryAgain((await unknown.Content.ReadFromJsonAsync<JsonObject>())!);

        await desk.Cluster.ResumeAsync();
        using var again = await stranger.Http.PostAsJsonAsync("/graphql", new { query = "{ __typename }" });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    static void AssertTellsToTryAgain(JsonObject answer)
    {
        var extensions = answer["errors"]![0]!["extensions"]!;
        Assert.Equal("UNAVAILABLE", (string?)extensions["code"]);
        Assert.Equal(1, (int)extensions["retryAfter"]!);
    }

    /// <summary>Takes the server away, waits until every caller has noticed, and gives it back.</summary>
    async Task InterruptAsync(Crowd crowd, Func<Task> takeAway)
    {
        crowd.ExpectFailures();
        await takeAway();
        await crowd.AllFailedAsync();
        using var browser = desk.NewStranger();
        using var response = await browser.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await desk.Cluster.ResumeAsync();
        crowd.GoOn();
    }

    static async Task<List<FeedEntry>> ReadAsync(IFeed feed, long after, CancellationToken cancellationToken)
    {
        var entries = new List<FeedEntry>();
        while (await feed.ReadAsync(after, IFeed.MaxPage, cancellationToken) is { Count: > 0 } page)
        {
            entries.AddRange(page);
            after = page[^1].Position;
        }

        return entries;
    }

    /// <summary>Every entry, once, in the feed's order.</summary>
    static async Task AssertSawAsync(HubStream stream, IEnumerable<FeedEntry> entries, CancellationToken cancellationToken)
    {
        var expected = entries.Select(entry => (entry.Event.Job?.ToString(), entry.Event.JobVersion)).ToList();
        var seen = new List<(string?, long)>();
        while (seen.Count < expected.Count)
        {
            var entry = (await stream.NextAsync("entry", cancellationToken))["entry"]!;
            seen.Add(((string?)entry["job"], (long)entry["jobVersion"]!));
        }

        Assert.Equal(expected, seen);
    }

    /// <summary>Callers who log repairs and book them, each command repeated under its key until it is answered.</summary>
    sealed class Crowd
    {
        /// <summary>One of the village's.</summary>
        const int Home = 40;

        readonly DeskOnPostgreSql desk;
        readonly CancellationToken cancellationToken;
        readonly Task[] callers;
        readonly Lock gate = new();
        TaskCompletionSource reached = NewBell();
        TaskCompletionSource resumed = NewBell();
        TaskCompletionSource allFailed = NewBell();
        int wanted;
        int failed;
        volatile bool ending;

        public Crowd(DeskOnPostgreSql desk, CancellationToken cancellationToken)
        {
            (this.desk, this.cancellationToken) = (desk, cancellationToken);
            resumed.SetResult();
            callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller), cancellationToken))];
        }

        /// <summary>By key, where the feed has what was acknowledged.</summary>
        public ConcurrentDictionary<string, long> Answers { get; } = new();

        static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ReachAsync(int count)
        {
            lock (gate)
            {
                (wanted, reached) = (count, NewBell());
                if (Answers.Count >= wanted) reached.SetResult();
            }

            return WithCallersAsync(reached.Task);
        }

        public void ExpectFailures()
        {
            lock (gate) (failed, allFailed, resumed) = (0, NewBell(), NewBell());
        }

        public Task AllFailedAsync() => WithCallersAsync(allFailed.Task);

        public void GoOn() => resumed.SetResult();

        public Task EndAsync()
        {
            ending = true;
            return Task.WhenAll(callers).WaitAsync(cancellationToken);
        }

        /// <summary>A caller that ends before its time has failed an assertion: that is what the test tells.</summary>
        async Task WithCallersAsync(Task bell)
        {
            var first = await Task.WhenAny([bell, .. callers]).WaitAsync(cancellationToken);
            await first;
            Assert.Same(bell, first);
        }

        async Task CallAsync(int caller)
        {
            var offers = desk.Services.GetRequiredService<OfferTokens>();
            var asker = new Asker(desk.Contract.Client.Value);
            for (var number = 0; !ending; number++)
            {
                var id = JobId.Create(desk.Today, (uint)((caller * 100_000) + number));
                var grain = desk.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(id.ToString());
                var log = new LogJob(Context($"log-{id}"), desk.Contract.Id.Value, Home, [Village.Plumbing], "");
                await AnswerAsync(log.Context.IdempotencyKey, () => grain.Log(log, cancellationToken));
                var offer = new Offer(
                    desk.Contract.Id, new PropertyId(Home), [new SorCode(Village.Plumbing)], desk.Tomorrow.PlusDays(number % 18),
                    new WindowCode(caller % 2 == 0 ? "AM" : "PM"), id,
                    Instant.FromDateTimeOffset(desk.Time.GetUtcNow()) + Duration.FromHours(1));
                var book = new ClaimSlot(Context($"book-{id}"), ClaimKind.Book, offers.Encode(offer), "crowd", "");
                await AnswerAsync(book.Context.IdempotencyKey, () => grain.Claim(book, cancellationToken));
            }

            CommandContext Context(string key) => new(key, asker, string.Create(CultureInfo.InvariantCulture, $"caller-{caller}"));
        }

        /// <summary>Until it is answered: granted, or refused for want of room.</summary>
        async Task AnswerAsync(string key, Func<Task<CommandAnswer>> send)
        {
            while (true)
            {
                try
                {
                    var answer = await send();
                    if (answer.Receipt is { } receipt) Note(key, receipt.Position);
                    else Assert.Contains(answer.Refusal!.Reason, new[] { "WindowGone", "AllFull", "Busy", "JobChanged" });
                    if (answer.Refusal?.Reason is not ("Busy" or "JobChanged")) return;
                }
                catch (Exception failure) when (failure is not Xunit.Sdk.XunitException && !cancellationToken.IsCancellationRequested)
                {
                    // The database is away: what became of the command is not known.
                    Task wait;
                    lock (gate)
                    {
                        wait = resumed.Task;
                        if (!wait.IsCompleted && ++failed == Callers) allFailed.TrySetResult();
                    }

                    await wait.WaitAsync(cancellationToken);
                }
            }
        }

        void Note(string key, long position)
        {
            Assert.True(Answers.TryAdd(key, position), $"{key} was answered twice.");
            lock (gate)
            {
                if (Answers.Count >= wanted) reached.TrySetResult();
            }
        }
    }
}
