using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>kill -9 in the middle of load: what was acknowledged is there, and nothing is there by half.</summary>
public sealed class CrashTests
{
    const int Diaries = 32;

    [PostgreSqlFact]
    public async Task PostgreSql_killed_under_load_keeps_every_acknowledged_booking_and_the_ledger_reconnects_by_itself()
    {
        await using var cluster = await PrivatePostgreSql.StartAsync();
        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("crash") };
        await using var database = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance,
            CancellationToken.None);
        var acknowledged = new ConcurrentDictionary<Guid, Changeset>();
        var enough = new TaskCompletionSource();
        var callers = Enumerable.Range(1, Diaries).Select(operative => Task.Run(async () =>
        {
            for (var version = 1; ; version++)
            {
                var changeset = Sample.Booking(operative, version, version * 2, Sample.NewKey());
                try
                {
                    var result = await database.Ledger.CommitAsync(changeset, CancellationToken.None);
                    Assert.Equal(CommitStatus.Committed, result.Status);
                    acknowledged[changeset.Key!.Value.Key] = changeset;
                    // Several may find so at the same moment.
                    if (acknowledged.Count >= 500) enough.TrySetResult();
                }
                catch (LedgerUnavailableException)
                {
                    return;
                }
            }
        })).ToList();

        await enough.Task.WaitAsync(TimeSpan.FromMinutes(3));
        await cluster.KillAsync();
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(3));
        await cluster.ResumeAsync();

        await CheckAsync(database, acknowledged.Values);
        foreach (var key in acknowledged.Keys) Assert.NotNull(await database.Ledger.FindByKeyAsync(key, CancellationToken.None));
        var again = await database.Ledger.CommitAsync(Sample.Booking(1000, 1, 32), CancellationToken.None);
        Assert.Equal(CommitStatus.Committed, again.Status);
    }

    [Fact]
    public async Task Sqlite_killed_under_load_keeps_every_acknowledged_booking()
    {
        var directory = Directory.CreateTempSubdirectory("osl-crash-");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = directory.FullName };
        foreach (var argument in new[] { typeof(CrashTests).Assembly.Location, CrashWriter.Command,
            directory.FullName }) start.ArgumentList.Add(argument);
        var acknowledged = new Dictionary<int, long>();
        using (var writer = Process.Start(start)!)
        {
            for (var line = 0; line < 300; line++)
            {
                var words = (await writer.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3)))!.Split(' ');
                acknowledged[int.Parse(words[0], CultureInfo.InvariantCulture)] = long.Parse(words[1], CultureInfo.InvariantCulture);
            }

            writer.Kill();
            await writer.WaitForExitAsync();
        }

        await using (var database = await LedgerDatabase.OpenAsync(
            new LedgerOptions { Directory = directory.FullName }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
        {
            await CheckAsync(database, []);
            foreach (var (operative, version) in acknowledged)
            {
                var diary = (await database.Ledger.LoadDiariesAsync([new OperativeId(operative)], Sample.Monday,
                    CancellationToken.None))[0];
                Assert.True(diary.Version >= version, $"Diary {operative} is at {diary.Version}, and {version} was acknowledged.");
            }
        }

        directory.Delete(recursive: true);
    }

    /// <summary>Each booking is one version, one visit, one job and one entry: all four or none.</summary>
    static async Task CheckAsync(LedgerDatabase database, IEnumerable<Changeset> acknowledged)
    {
        var jobs = new HashSet<JobId>();
        var total = 0;
        await foreach (var diary in database.Ledger.LoadAllDiariesAsync(Sample.Monday, CancellationToken.None))
        {
            Assert.Equal(diary.Version, diary.Visits.Count);
            total += diary.Visits.Count;
            foreach (var visit in diary.Visits)
            {
                jobs.Add(visit.Id.Job);
                Assert.Single((await database.Ledger.LoadJobAsync(visit.Id.Job, CancellationToken.None))!.Visits);
            }
        }

        var entries = 0;
        var after = 0L;
        while (await database.Feed.ReadAsync(after, IFeed.MaxPage, CancellationToken.None) is { Count: > 0 } page)
        {
            Assert.All(page, entry => Assert.Contains(entry.Event.Job!.Value, jobs));
            entries += page.Count;
            after = page[^1].Position;
        }

        Assert.Equal(total, entries);
        Assert.True(total > 0);
        Assert.All(acknowledged, changeset => Assert.Contains(changeset.Jobs[0].Id, jobs));
    }
}

/// <summary>The process that is killed: the test assembly itself, run as a program.</summary>
static class CrashWriter
{
    public const string Command = "write-until-killed";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Command, var directory]) return 2;
        await using var database = await LedgerDatabase.OpenAsync(
            new LedgerOptions { Directory = directory }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(1, 16).Select(operative => Task.Run(async () =>
        {
            for (var version = 1; version <= 100_000; version++)
            {
                var result = await database.Ledger.CommitAsync(Sample.Booking(operative, version, version * 2), CancellationToken.None);
                if (result.Status != CommitStatus.Committed) throw new InvalidOperationException($"Answered {result.Status}.");
                await Console.Out.WriteLineAsync($"{operative} {version}");
            }
        })));
        return 0;
    }
}
