using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests;

/// <summary>Handing entries to subscribers, without a network.</summary>
public sealed class LiveFeedTests : IDisposable
{
    static readonly LiveOptions Small = new() { QueueLength = 8, CatchUpEntries = 20, RecentEntries = 0 };

    readonly FakeTimeProvider time = new();
    readonly RecordedFeed recorded = new();
    readonly FeedQuestions questions = new();

    [Fact]
    public async Task A_slow_subscriber_is_told_to_resynchronise_and_the_others_get_everything()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        await using var slow = Stream(live, Small, after: null).GetAsyncEnumerator();
        await using var quick = Stream(live, Small, after: null).GetAsyncEnumerator();
        await slow.MoveNextAsync();
        await quick.MoveNextAsync();

        for (var position = 1; position <= 20; position++)
        {
            Append(live, position);
            await quick.MoveNextAsync();
            Assert.Equal(position.ToString(System.Globalization.CultureInfo.InvariantCulture), quick.Current.Position);
        }

        var got = new List<LiveMessage>();
        while (await slow.MoveNextAsync()) got.Add(slow.Current);
        Assert.Equal(9, got.Count);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], got.Take(8).Select(message => message.Position));
        Assert.Equal(("resync", ResyncReasons.Slow, "20"), (got[8].Type, got[8].Reason, got[8].Position));
        Assert.Equal(1, live.Subscribers);
    }

    [Fact]
    public async Task A_subscriber_further_behind_than_is_caught_up_is_told_to_resynchronise()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 21; position++) Append(live, position);

        var messages = await All(Stream(live, Small, after: 0));

        Assert.Equal(("resync", ResyncReasons.TooOld, "21"), (messages[^1].Type, messages[^1].Reason, messages[^1].Position));
    }

    [Fact]
    public async Task What_is_committed_while_a_subscriber_catches_up_comes_once_and_in_order()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 5; position++) Append(live, position);
        // Two more come while the ledger is being read: one before the page is made, one after it.
        recorded.BeforeRead = () => Append(live, 6);
        recorded.AfterRead = () => Append(live, 7);

        await using var stream = Stream(live, Small, after: 2).GetAsyncEnumerator();
        var entries = new List<string>();
        while (entries.Count < 5 && await stream.MoveNextAsync())
        {
            if (stream.Current.Type == "entry") entries.Add(stream.Current.Position);
        }

        Assert.Equal(["3", "4", "5", "6", "7"], entries);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task One_who_comes_back_soon_gets_what_it_missed_without_a_read(int after)
    {
        var options = Small with { RecentEntries = 5 };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 7; position++) Append(live, position);
        recorded.BeforeRead = () => throw new InvalidOperationException("The ledger was read.");
        await using var stream = Stream(live, options, after).GetAsyncEnumerator();
        var told = new List<(string, string)>();
        for (var i = after; i <= 7; i++)
        {
            await stream.MoveNextAsync();
            told.Add((stream.Current.Type, stream.Current.Position));
        }

        Append(live, 8);
        await stream.MoveNextAsync();
        told.Add((stream.Current.Type, stream.Current.Position));

        Assert.Equal(
            [.. Enumerable.Range(after + 1, 7 - after).Select(position => ("entry", $"{position}")), ("at", "7"), ("entry", "8")], told);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(12, true)]
    [InlineData(9, false)]
    public async Task What_came_since_the_process_began_is_known_and_what_came_before_is_not(int after, bool isKept)
    {
        var options = Small with { RecentEntries = 5 };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        recorded.Entries.Add(Entry(10));
        live.Begin(10);
        Append(live, 12);
        var reads = 0;
        recorded.BeforeRead = () => reads++;
        await using var stream = Stream(live, options, after).GetAsyncEnumerator();
        while (await stream.MoveNextAsync() && stream.Current.Position != "12")
        {
            // Number 10 comes first to who has not seen it.
        }

        Assert.Equal(isKept ? 0 : 1, reads);
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(10, true)]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public async Task What_came_shortly_before_the_process_began_is_known_too(int after, bool isKept)
    {
        var options = Small with { RecentEntries = 5 };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 10; position++) recorded.Entries.Add(Entry(position));
        live.Begin(10);
        // One is handed on before the last that came before are read, which are read with it.
        Append(live, 11);
        live.Precede([.. recorded.Entries.Skip(5)]);
        Append(live, 12);
        var reads = 0;
        recorded.BeforeRead = () => reads++;
        await using var stream = Stream(live, options, after).GetAsyncEnumerator();
        var told = new List<string>();
        while (await stream.MoveNextAsync() && stream.Current.Type == "entry") told.Add(stream.Current.Position);

        Assert.Equal(Enumerable.Range(after + 1, 12 - after).Select(position => $"{position}"), told);
        Assert.Equal(isKept ? 0 : 1, reads);
    }

    [Fact]
    public async Task Of_many_who_come_back_at_once_a_few_ask_the_database_at_a_time()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        recorded.Entries.Add(Entry(1));
        var (asking, most, answer) = (0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        recorded.BeforeHead = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref asking));
            await answer.Task;
            Interlocked.Decrement(ref asking);
        };
        var subscriptions = new LiveSubscriptions(recorded, questions, live, Small);
        // Those who look at windows are many, too.
        using var searches = new OpenSearches(
            null!, null!, recorded, questions, live, Small, time, NullLogger<OpenSearches>.Instance);
        var search = new SearchKey(1, 1, "PLU015", default, 1, 0, "tester", "");
        var streams = Enumerable.Range(0, 50)
            .Select(_ => subscriptions.StreamAsync(LiveTopics.Any, Only(1), null, default).GetAsyncEnumerator())
            .Concat(Enumerable.Range(0, 50).Select(_ => searches.WatchAsync(search, new Asker(1), after: 2, default).GetAsyncEnumerator()))
            .ToList();
        var told = streams.Select(stream => stream.MoveNextAsync().AsTask()).ToList();
        Assert.Equal(8, asking);
        answer.SetResult();

        Assert.All(await Task.WhenAll(told).WaitAsync(TimeSpan.FromMinutes(2)), Assert.True);
        Assert.Equal(8, most);
        Assert.All(streams.Take(50), stream => Assert.Equal(("at", "1"), (stream.Current.Type, stream.Current.Position)));
        Assert.All(streams.Skip(50), stream => Assert.Equal(("resync", "1"), (stream.Current.Type, stream.Current.Position)));
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(11, 5)]
    [InlineData(9, 5)]
    [InlineData(13, 5)]
    public async Task One_who_names_a_position_of_a_past_that_is_gone_is_told_to_resynchronise(int after, int recent)
    {
        var options = Small with { RecentEntries = recent };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        recorded.Entries.Add(Entry(8));
        recorded.Entries.Add(Entry(10));
        live.Begin(10);
        Append(live, 12);

        var message = Assert.Single(await All(Stream(live, options, after)));

        Assert.Equal(("resync", ResyncReasons.Unknown, "12"), (message.Type, message.Reason, message.Position));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task One_who_was_away_for_longer_gets_it_from_the_ledger(int after)
    {
        var options = Small with { RecentEntries = 5 };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 7; position++) Append(live, position);
        var reads = 0;
        recorded.BeforeRead = () => reads++;
        await using var stream = Stream(live, options, after).GetAsyncEnumerator();
        var positions = new List<string>();
        while (await stream.MoveNextAsync() && stream.Current.Type == "entry") positions.Add(stream.Current.Position);

        Assert.Equal(Enumerable.Range(after + 1, 7 - after).Select(position => $"{position}"), positions);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task One_who_is_ahead_of_this_process_waits_for_it_and_hears_nothing_twice()
    {
        var options = Small with { RecentEntries = 5 };
        var live = new LiveFeed(options, time, NullLogger<LiveFeed>.Instance);
        for (var position = 1; position <= 3; position++) Append(live, position);
        // Another process has told it of one more, which is recorded and has not come here.
        var fourth = Entry(4);
        recorded.Entries.Add(fourth);
        await using var stream = Stream(live, options, after: 4).GetAsyncEnumerator();
        await stream.MoveNextAsync();
        Assert.Equal(("at", "4"), (stream.Current.Type, stream.Current.Position));
        live.Publish(fourth);
        Append(live, 5);

        await stream.MoveNextAsync();

        Assert.Equal(("entry", "5"), (stream.Current.Type, stream.Current.Position));
    }

    [Fact]
    public async Task A_subscriber_of_whom_nothing_matches_still_learns_the_position()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        var subscriptions = new LiveSubscriptions(recorded, questions, live, Small);
        await using var stream = subscriptions.StreamAsync(LiveTopics.Any, Only(99), null, default).GetAsyncEnumerator();
        await stream.MoveNextAsync();
        Append(live, 1);
        Append(live, 2);
        live.Mark();
        time.Advance(TimeSpan.FromSeconds(Small.MarkSeconds));
        // What others do does not make it speak; the clock does.
        Append(live, 3);
        live.Mark();

        await stream.MoveNextAsync();

        Assert.Equal(("at", "3"), (stream.Current.Type, stream.Current.Position));
    }

    [Fact]
    public async Task A_subscriber_whose_sight_fails_loads_afresh_and_the_others_are_told()
    {
        var live = new LiveFeed(Small, time, NullLogger<LiveFeed>.Instance);
        var subscriptions = new LiveSubscriptions(recorded, questions, live, Small);
        await using var blind = subscriptions.StreamAsync(
            LiveTopics.Any, _ => throw new InvalidOperationException("No sight."), null, default).GetAsyncEnumerator();
        await using var sound = Stream(live, Small, after: null).GetAsyncEnumerator();
        await blind.MoveNextAsync();
        await sound.MoveNextAsync();
        Append(live, 1);

        await sound.MoveNextAsync();
        Assert.Equal("1", sound.Current.Position);
        Assert.True(await blind.MoveNextAsync());
        Assert.Equal(("resync", ResyncReasons.Slow), (blind.Current.Type, blind.Current.Reason));
        Assert.False(await blind.MoveNextAsync());
    }

    public void Dispose() => questions.Dispose();

    static Func<FeedEntry, BookingEvent?> Only(int contract)
    {
        var filter = LiveFilter.Contract(contract);
        return entry => filter.IsMeant(entry.Event) ? entry.Event : null;
    }

    IAsyncEnumerable<LiveMessage> Stream(LiveFeed live, LiveOptions options, long? after) =>
        new LiveSubscriptions(recorded, questions, live, options).StreamAsync(LiveTopics.Any, Only(1), after, default);

    void Append(LiveFeed live, long position)
    {
        var entry = Entry(position);
        recorded.Entries.Add(entry);
        live.Publish(entry);
    }

    static FeedEntry Entry(long position) => new(position, new BookingEvent(
        EventKind.JobLogged, Instant.FromUnixTimeSeconds(position), new OrganisationId(1), new OrganisationId(2), new ContractId(1),
        new JobId(position), 1, "test", null, null, null, [], []));

    static async Task<List<LiveMessage>> All(IAsyncEnumerable<LiveMessage> stream)
    {
        var all = new List<LiveMessage>();
        await foreach (var message in stream) all.Add(message);
        return all;
    }

    /// <summary>A feed in memory, with a chance to add to it around a read.</summary>
    sealed class RecordedFeed : IFeed
    {
        public List<FeedEntry> Entries { get; } = [];

        public Action? BeforeRead { get; set; }

        public Action? AfterRead { get; set; }

        public Func<Task>? BeforeHead { get; set; }

        public async Task<long> HeadAsync(CancellationToken cancellationToken)
        {
            if (BeforeHead is not null) await BeforeHead();
            return Entries.Count == 0 ? 0 : Entries[^1].Position;
        }

        public Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
        {
            Run(BeforeRead, () => BeforeRead = null);
            IReadOnlyList<FeedEntry> page = [.. Entries.Where(entry => entry.Position > after).Take(limit)];
            Run(AfterRead, () => AfterRead = null);
            return Task.FromResult(page);
        }

        public Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nothing that is streamed is read backwards.");

        public Task WaitAsync(long after, CancellationToken cancellationToken) => Task.CompletedTask;

        static void Run(Action? action, Action forget)
        {
            forget();
            action?.Invoke();
        }
    }
}
