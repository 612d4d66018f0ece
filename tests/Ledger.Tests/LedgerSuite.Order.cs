using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Order under several batches in flight.</summary>
public abstract partial class LedgerSuite
{
    [Fact]
    public async Task Changesets_over_several_diaries_are_never_reordered_whatever_is_in_flight()
    {
        var seed = TestSeed.Take();
        var random = new Random(seed);
        var wide = await OpenAsync(options => options with { MaxBatch = 5, MaxBatchesInFlight = 4 });
        var versions = new long[9];
        var tasks = new List<Task<CommitResult>>();
        for (var i = 0; i < 600; i++)
        {
            var job = Sample.NewJob();
            var operatives = Enumerable.Range(1, 8).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToList();
            var diaries = operatives.Select((operative, index) =>
                Sample.Diary(operative, ++versions[operative], [Sample.Visit(job, index + 1, operative, (int)versions[operative] * 2)]))
                    .ToList();
            // Sent at once, decided on what those before will have made.
            tasks.Add(wide.Ledger.CommitAsync(new Changeset(Sample.Event(EventKind.BookingMade, job, 1, diaries), [Sample.Job(job, 1)],
                null), CancellationToken.None));
        }

        var results = await Task.WhenAll(tasks);
        Assert.True(results.All(result => result.Status == CommitStatus.Committed),
            $"Seed {seed}: {results.Count(result => result.Status != CommitStatus.Committed)} refused.");
        for (var operative = 1; operative <= 8; operative++) Assert.Equal(versions[operative], (await DiaryAsync(operative)).Version);
        foreach (var diary in (await ReadFeedAsync()).SelectMany(entry => entry.Event.Diaries).GroupBy(diary => diary.Operative))
            Assert.Equal(Enumerable.Range(1, diary.Count()).Select(version => (long)version), diary.Select(change => change.Version));
    }

    [Fact]
    public async Task What_was_decided_on_a_changeset_that_is_refused_is_refused_with_it_though_its_version_fits()
    {
        // Somebody else has meanwhile brought diary 1 to version 1, and diary 2 too.
        var other = await OpenAsync();
        foreach (var operative in new[] { 1, 2 })
            await other.Ledger.CommitAsync(Sample.Booking(operative, 1, 60), CancellationToken.None);
        var first = Sample.Booking(1, 1, 32);
        var second = Sample.Booking(1, 2, 36) with { DecidedOn = first.Fate };
        var third = Sample.Booking(1, 3, 40) with { DecidedOn = second.Fate };
        var independent = Sample.Booking(2, 2, 36);
        var results = await Task.WhenAll(new[] { first, second, third, independent }.Select(CommitAsync));
        Assert.Equal(
            [CommitStatus.Stale, CommitStatus.Stale, CommitStatus.Stale, CommitStatus.Committed], results.Select(result => result.Status));
        Assert.Equal(1, (await DiaryAsync(1)).Version);
        // The same long after, when nothing is on its way any more.
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Booking(1, 2, 36) with { DecidedOn = first.Fate })).Status);
    }

    [Fact]
    public async Task What_was_decided_on_a_changeset_that_is_committed_is_committed_after_it()
    {
        // Batches of one: each is on its way alone, and the next one waits for it.
        var narrow = await OpenAsync(options => options with { MaxBatch = 1 });
        foreach (var ledger in new[] { Ledger, narrow.Ledger })
        {
            var operative = ReferenceEquals(ledger, Ledger) ? 1 : 2;
            var chain = new List<Changeset>();
            for (var i = 0; i < 20; i++)
                chain.Add(Sample.Booking(operative, i + 1, 2 * i) with { DecidedOn = i == 0 ? null : chain[i - 1].Fate });
            var results = await Task.WhenAll(chain.Select(changeset => ledger.CommitAsync(changeset, CancellationToken.None)));
            Assert.All(results, result => Assert.Equal(CommitStatus.Committed, result.Status));
            Assert.True(results.Zip(results.Skip(1)).All(pair => pair.First.Entry!.Position < pair.Second.Entry!.Position));
        }
    }

    [Fact]
    public async Task Text_that_a_database_cannot_hold_fails_alone()
    {
        string[] texts = ["fine \ud83d\ude00", "a\0b", "\ud800", "\udc00 there", "fine \ufffd"];
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var (changeset, text) = (Sample.Booking(1000 + i, 1, 32), texts[i % texts.Length]);
            changeset = changeset with { Jobs = [changeset.Jobs[0] with { Description = text }] };
            try
            {
                return (Text: text, Status: (await CommitAsync(changeset)).Status);
            }
            catch (ArgumentException wrong) when (wrong.Message.Contains("description", StringComparison.Ordinal))
            {
                return (Text: text, Status: CommitStatus.None);
            }
        }));
        Assert.All(results, result => Assert.Equal(
            result.Text.StartsWith("fine", StringComparison.Ordinal) ? CommitStatus.Committed : CommitStatus.None, result.Status));
    }
}
