using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Bench.Ledger;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Testing;
using Town = OrleansScheduling.Bench.Search.Town;

namespace OrleansScheduling.Bench.Scale;

/// <summary>
/// A country in one process: the busiest hour of ten million homes, drawn event by event, with every search and every change of a diary
/// carried out on the real index; what that asks of one database or several; and what a booking weighs on disk.
/// </summary>
static class ScaleBench
{
    const int Days = 28;
    const int Hour = 3600;

    /// <summary>Of one contractor; the largest in the field have a few thousand.</summary>
    const int LargestContractor = 4_000;

    /// <summary>Diaries that are worked out for each contractor; the others are copies.</summary>
    const int Templates = 20;

    /// <summary>Visits of each contractor that are taken away and put back.</summary>
    const int BookingsKept = 100;

    const int WeighedBookings = 50_000;
    const int WeighedDiaries = 1_000;

    public static Command Command()
    {
        var homes = Number("--homes", "Homes.", 10_000_000, 1, 100_000_000);
        var operatives = Number("--operatives", "Operatives.", 100_000, 20, 1_000_000);
        var handlers = Number("--handlers", "Call handlers.", 5_000, 1, 1_000_000);
        var seed = Number("--seed", "Which hour.", 1, 0, int.MaxValue);
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command(
            "scale", "The busiest hour of a country on one machine's index; what it asks of databases; what a booking weighs.")
        {
            homes, operatives, handlers, seed, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report("scale");
            var demand = new Demand(parsed.GetValue(homes), parsed.GetValue(operatives), parsed.GetValue(handlers));
            await WeighAsync(report, cancellationToken);
            Play(demand, new Random(parsed.GetValue(seed)), report);
            report.WriteTable(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.WriteJsonAsync(file, cancellationToken);
            return report.AllMet ? 0 : 1;
        });
        return command;
    }

    static Option<int> Number(string name, string description, int unless, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => unless };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"{name} is between {least} and {most}.");
        });
        return option;
    }

    /// <summary>Draws the hour second by second and carries it out.</summary>
    static void Play(Demand demand, Random random, Report report)
    {
        var rates = demand.Busiest;
        var sizes = demand.Contractors(LargestContractor);
        var country = $"{demand.Homes:N0} homes, {demand.Operatives:N0} operatives, {demand.CallHandlers:N0} call handlers";
        report.Add(country, "jobs", "a day", demand.JobsOfDay);
        report.Add(country, "contractors", "", sizes.Count);

        var start = Stopwatch.GetTimestamp();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var towns = sizes.Select(TownOf).ToList();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        report.Add(country, "index of four weeks, heap", "MiB", (GC.GetTotalMemory(forceFullCollection: true) - before) / 1048576.0);
        report.Add(country, "index of four weeks, made in", "s", Stopwatch.GetElapsedTime(start).TotalSeconds);

        // A contractor is asked as often as it has people.
        var upTo = new long[sizes.Count];
        for (var (i, sum) = (0, 0L); i < sizes.Count; i++) upTo[i] = sum += sizes[i];
        int Any() => Array.BinarySearch(upTo, random.NextInt64(upTo[^1]) + 1) is var at && at >= 0 ? at : ~at;

        var (searches, changes) = (new List<double>(), new List<double>());
        var commits = new int[Hour, sizes.Count];
        var away = new Visit?[sizes.Count];
        for (var second = 0; second < Hour; second++)
        {
            for (var left = Poisson(random, rates.Searches); left > 0; left--)
            {
                var town = towns[Any()];
                var query = town.Query(random, filtered: true);
                var begin = Stopwatch.GetTimestamp();
                SlotSearch.Search(town.Index, query);
                searches.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }

            for (var left = Poisson(random, rates.Commits); left > 0; left--)
            {
                var contractor = Any();
                commits[second, contractor]++;
                var change = ChangeOf(contractor);
                var begin = Stopwatch.GetTimestamp();
                towns[contractor].Index.Apply(change);
                changes.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }
        }

        Tell("searches", searches);
        Tell("commits", changes);
        foreach (var databases in (ReadOnlySpan<int>)[1, 2, 4, 8]) Share(databases, commits, sizes, report);

        // A visit is taken away, and put back by the next: a diary changes by one visit each time.
        DiaryChange ChangeOf(int contractor)
        {
            var (town, absent) = (towns[contractor], away[contractor]);
            away[contractor] = absent is null ? town.Bookings[random.Next(town.Bookings.Count)] : null;
            return absent is null ? town.RemovalOf(away[contractor]!) : town.ReturnOf(absent);
        }

        void Tell(string what, List<double> times)
        {
            times.Sort();
            report.Add($"the busiest hour, {what}", "in a second", "", times.Count / (double)Hour);
            report.Add($"the busiest hour, {what}", "p50", "µs", times[times.Count / 2]);
            report.Add($"the busiest hour, {what}", "p99", "µs", times[(int)(times.Count * 0.99)]);
            report.Add($"the busiest hour, {what}", "of one core", "%", times.Sum() / 1e6 / Hour * 100);
        }
    }

    static Town TownOf(int size)
    {
        var town = new Town(size, Days, Math.Min(size, Templates));
        // The writer's own list is not what is weighed.
        town.Bookings.RemoveRange(BookingsKept, town.Bookings.Count - BookingsKept);
        town.Bookings.TrimExcess();
        return town;
    }

    /// <summary>Contractors dealt out to databases, the largest first, each to the one that has least.</summary>
    static void Share(int databases, int[,] commits, IReadOnlyList<int> sizes, Report report)
    {
        var (people, of) = (new long[databases], new int[sizes.Count]);
        for (var contractor = 0; contractor < sizes.Count; contractor++)
        {
            var least = Array.IndexOf(people, people.Min());
            people[least] += sizes[contractor];
            of[contractor] = least;
        }

        var (fullest, total) = (0, new long[databases]);
        for (var second = 0; second < Hour; second++)
        {
            var now = new int[databases];
            for (var contractor = 0; contractor < sizes.Count; contractor++) now[of[contractor]] += commits[second, contractor];
            for (var database = 0; database < databases; database++) total[database] += now[database];
            fullest = Math.Max(fullest, now.Max());
        }

        var name = databases == 1 ? "one database" : $"{databases} databases";
        report.Add(name, "commits of the busiest, mean", "1/s", total.Max() / (double)Hour);
        report.Add(name, "commits of the busiest, fullest second", "1/s", fullest);
        report.Add(name, "people of the largest over the mean", "times", people.Max() * databases / (double)people.Sum());
    }

    static int Poisson(Random random, double mean)
    {
        // Knuth, The Art of Computer Programming, volume 2, section 3.4.1; a mean of some hundreds is drawn in parts.
        const double MostAtOnce = 50;
        var drawn = 0;
        for (; mean > MostAtOnce; mean -= MostAtOnce) drawn += Poisson(random, MostAtOnce);
        var limit = Math.Exp(-mean);
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble()) drawn++;
        return drawn;
    }

    /// <summary>What the record of a booking takes on disk, and what it adds to the log from which a database is restored.</summary>
    static async Task WeighAsync(Report report, CancellationToken cancellationToken)
    {
        await using var cluster = await PrivatePostgreSql.StartAsync(new Dictionary<string, string> { ["max_wal_size"] = "4GB" });
        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("weighed") };
        await using var database = await LedgerDatabase.OpenAsync(
            options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        await using var look = Npgsql.NpgsqlDataSource.Create(options.ConnectionString);
        await cluster.ExecuteAsync("weighed", "CHECKPOINT");
        var (size, log) = await SizesAsync();
        var bookings = new Bookings(WeighedDiaries);
        var (random, now) = (new Random(1), Instant.FromUtc(2025, 6, 1, 12, 0));
        foreach (var part in Enumerable.Range(0, WeighedBookings).Chunk(500))
        {
            var sent = part.Select(_ =>
            {
                var (operative, version) = bookings.Next(0, 1, random);
                return Bookings.Changeset(bookings.NewJob(), operative, version, now);
            }).GroupBy(changeset => changeset.Event.Diaries[0].Operative).Select(async same =>
            {
                foreach (var changeset in same) await database.Ledger.CommitAsync(changeset, cancellationToken);
            });
            await Task.WhenAll(sent);
        }

        await cluster.ExecuteAsync("weighed", "VACUUM");
        var (sizeAfter, logAfter) = await SizesAsync();
        const string Name = "a booking of one visit, all rows and indexes";
        report.Add(Name, "on disk", "bytes", (sizeAfter - size) / (double)WeighedBookings);
        report.Add(Name, "in the log", "bytes", (logAfter - log) / (double)WeighedBookings);

        async Task<(long Size, long Log)> SizesAsync()
        {
            await using var command = look.CreateCommand(
                "SELECT ARRAY[pg_database_size(current_database()), (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint]");
            var read = (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
            return (read[0], read[1]);
        }
    }
}
