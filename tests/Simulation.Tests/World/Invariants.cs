using NodaTime;
using OrleansScheduling.Check;
using OrleansScheduling.Check.Linearizability;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>What must hold when a simulation has healed and drained.</summary>
sealed class Invariants(
    SimulatedWorld world, SimulatedRecord record, Office office, Callers callers, IReadOnlyList<SimulatedNode> nodes,
    IReadOnlyList<SimulatedNode> past)
{
    /// <summary>Diary days that are compared: as far as anything is booked here.</summary>
    const int Days = 10;

    /// <summary>Most that one run tells: whoever has ten violations has one cause.</summary>
    const int MaxTold = 10;

    public int Undecided { get; private set; }

    public IReadOnlyList<string> Check()
    {
        var found = office.Surprises.Concat(Record()).Concat(Receipts()).Concat(Consumers()).Concat(Indexes())
            .Concat(Quotas()).Concat(Readings()).Concat(Order());
        return [.. found.Take(MaxTold)];
    }

    /// <summary>The record proves itself. A rota that was changed after a booking, and a day that was reported late, are no
    /// breaches.</summary>
    IEnumerable<string> Record()
    {
        var clock = new SimulatedClock(world, new SimulatedProcess(world, -1, "check"));
        var database = new SimulatedDatabase(record, new DirectLink(record, clock), new LedgerOptions());
        // Nothing in it waits for anything.
        var report = LedgerCheck.RunAsync(database, StraightLineTravel.Default, clock, CancellationToken.None).GetAwaiter().GetResult();
        return report.Findings.Where(finding => finding.Severity == Severity.Breach || finding.Kind == FindingKind.HoldOverdue)
            .Select(finding => finding.ToString());
    }

    /// <summary>Every acknowledged receipt is in the record exactly once, under its key; what was refused changed nothing.</summary>
    IEnumerable<string> Receipts()
    {
        var recorded = record.Entries.Where(entry => entry.Key is not null).ToLookup(entry => entry.Key!.Value);
        foreach (var command in office.Commands)
        {
            var entries = recorded[IdempotencyKeys.Of(command.Organisation, command.Key)].ToList();
            var told = $"{command.Key} ({command.What})";
            if (entries.Count > 1) yield return $"{told} is recorded {entries.Count} times.";
            if (command.Receipt is { } receipt && (entries.Count == 0 || entries[0].Entry.Position != receipt.Position))
            {
                var where = entries.Count == 0 ? "nowhere" : "elsewhere";
                yield return $"{told} was acknowledged at {receipt.Position}, and recorded {where}.";
            }

            if (command.IsRefused && entries.Count > 0) yield return $"{told} was refused, and is recorded at {entries[0].Entry.Position}.";
            if (command.Receipt is null && !command.IsRefused) yield return $"{told} has no answer, though everything has healed.";
        }
    }

    /// <summary>Whoever follows the feed has seen each entry once, in order, with none left out.</summary>
    IEnumerable<string> Consumers()
    {
        var at = new Dictionary<long, int>();
        for (var i = 0; i < record.Entries.Count; i++) at[record.Entries[i].Entry.Position] = i;
        foreach (var node in nodes.Concat(past))
        {
            for (var i = 1; i < node.Followed.Count; i++)
            {
                if (!at.TryGetValue(node.Followed[i], out var here) || at.GetValueOrDefault(node.Followed[i - 1], -1) != here - 1)
                    yield return $"{node.Process.Name} followed entry {node.Followed[i]} after {node.Followed[i - 1]}.";
            }
        }
    }

    /// <summary>Each process shows the diaries as they are recorded.</summary>
    IEnumerable<string> Indexes()
    {
        var now = Instant.FromDateTimeOffset(world.UtcNow);
        var from = now.InUtc().Date;
        var view = new RegistryView(record.LoadRegistry());
        var truth = Grains.Availability.Indexes.Of(view, StraightLineTravel.Default, now);
        var diaries = record.LoadAllDiaries(from.PlusDays(-1));
        foreach (var diary in diaries)
            truth.ByOperative.GetValueOrDefault(diary.Operative)?.Load(diary.Operative, diary.Version, diary.Visits);
        var expected = diaries.ToDictionary(
            diary => diary.Operative, diary => IndexedDays.Of(truth.ByOperative[diary.Operative], diary.Operative, from, Days));
        foreach (var node in nodes)
        {
            foreach (var (operative, version, days) in node.Shown(expected.Keys, from, Days))
            {
                var recorded = diaries.Single(diary => diary.Operative == operative).Version;
                if (version != recorded)
                    yield return $"{node.Process.Name} shows diary {operative} at version {version}, and {recorded} is recorded.";
                else if (days != expected[operative])
                    yield return $"{node.Process.Name} shows diary {operative} as {days}; recorded is {expected[operative]}.";
            }
        }
    }

    /// <summary>Each process counts the quotas as they are recorded, from today on.</summary>
    IEnumerable<string> Quotas() =>
        from quota in record.LoadQuotas(Instant.FromDateTimeOffset(world.UtcNow).InUtc().Date).Used
        from node in nodes
        let counted = node.Availability.QuotaUsed(quota.Key)
        where counted != quota.Value
        select $"{node.Process.Name} counts {counted} of quota {quota.Key}, and {quota.Value} are recorded.";

    /// <summary>Whoever read a diary saw it as it was at the version that was told.</summary>
    IEnumerable<string> Readings()
    {
        foreach (var reading in callers.Readings)
        {
            var diary = Diary.Of(new OperativeId(reading.Operative), 0, []);
            var changes = record.Entries.SelectMany(entry => entry.Entry.Event.Diaries).Where(change => change.Operative == diary.Operative)
                .TakeWhile(change => change.Version <= reading.State.Version && change.Version == diary.Version + 1);
            foreach (var change in changes) diary = diary.Apply(change);
            if (diary.Version != reading.State.Version) continue;
            var seen = reading.State.Visits.Select(visit => (visit.Job, visit.Number, visit.Start)).ToHashSet();
            if (!seen.SetEquals(diary.Visits.Select(visit => (visit.Id.Job.Value, visit.Id.Number, visit.Start.ToDateTimeOffset()))))
                yield return $"Diary {reading.Operative} was read at version {reading.State.Version} as it never was.";
        }
    }

    /// <summary>What callers did and saw could have come from diaries that do one thing after another.</summary>
    IEnumerable<string> Order()
    {
        var report = LinearizabilityCheck.Run(Histories.Of(record, office, callers));
        if (report.Verdict == Verdict.Undecided) Undecided++;
        if (report.Verdict == Verdict.NotLinearizable) yield return $"Diary {report.Diary} is not linearizable. {report.Reason}";
    }
}
