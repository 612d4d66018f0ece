using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>What the record says at the end of a case, against what callers were told.</summary>
/// <param name="Lost">Acknowledged, and not there.</param>
/// <param name="Doubled">Keys and jobs that were booked more than once, and visits that overlap.</param>
/// <param name="Broken">Everything else that <c>check</c> finds and that may never be.</param>
/// <param name="Text">What was found.</param>
sealed record Proof(int Lost, long Doubled, long Broken, string Text)
{
    public static Guid KeyOf(string key) => IdempotencyKeys.Of(Town.Contractor.Value, key);

    /// <summary>The keys of all that is recorded.</summary>
    public static async Task<HashSet<Guid>> KeysAsync(string connection, CancellationToken cancellationToken)
    {
        await using var database = await OpenAsync(connection, cancellationToken);
        await using var snapshot = await database.OpenSnapshotAsync(cancellationToken);
        var keys = new HashSet<Guid>();
        await foreach (var entry in snapshot.EntriesAsync(cancellationToken))
        {
            if (entry.Key is { } key) keys.Add(key);
        }

        return keys;
    }

    static async Task<LedgerDatabase> OpenAsync(string connection, CancellationToken cancellationToken)
    {
        var database = LedgerDatabase.Create(
            new LedgerOptions { ConnectionString = connection }, TimeProvider.System, NullLoggerFactory.Instance);
        await database.OpenExistingAsync(cancellationToken);
        return database;
    }

    public static async Task<Proof> OfAsync(
        string connection, IEnumerable<Acknowledged> acknowledged, CancellationToken cancellationToken)
    {
        await using var database = await OpenAsync(connection, cancellationToken);
        var times = new Dictionary<Guid, int>();
        var booked = new Dictionary<long, int>();
        await using (var snapshot = await database.OpenSnapshotAsync(cancellationToken))
        {
            await foreach (var entry in snapshot.EntriesAsync(cancellationToken))
            {
                if (entry.Key is { } key) times[key] = times.GetValueOrDefault(key) + 1;
                if (entry.Entry.Event is { Kind: EventKind.BookingMade, Job: { } job })
                    booked[job.Value] = booked.GetValueOrDefault(job.Value) + 1;
            }
        }

        var told = acknowledged.ToList();
        var lost = told.Count(one => !times.ContainsKey(KeyOf(one.Key)));
        // Two keys that were told the same job, or one key two jobs, would be two people with one appointment.
        var shared = told.GroupBy(one => one.Job).Count(job => job.Select(one => one.Key).Distinct().Count() > 1)
            + told.GroupBy(one => one.Key).Count(key => key.Select(one => one.Job).Distinct().Count() > 1);
        var report = await LedgerCheck.RunAsync(database, StraightLineTravel.Default, cancellationToken);
        var overlaps = report.Findings.Count(finding => finding.Kind is FindingKind.OverlappingVisits or FindingKind.KeyTwice);
        return new Proof(
            lost, shared + overlaps + times.Values.Count(count => count > 1) + booked.Values.Count(count => count > 1),
            report.Breaches - overlaps, report.ToString());
    }

    public void AddTo(Report report, string name)
    {
        report.AddAtMost(name, "acknowledged bookings lost", "", Lost, 0);
        report.AddAtMost(name, "double bookings", "", Doubled, 0);
        report.AddAtMost(name, "broken invariants", "", Broken, 0);
        if (Lost + Doubled + Broken > 0) Console.Error.WriteLine($"{name}: {Text}");
    }
}
