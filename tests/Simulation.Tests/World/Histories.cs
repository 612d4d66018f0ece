using OrleansScheduling.Check.Linearizability;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>
/// What callers did and saw, as histories of single diaries: a visit is a slot that its job has. What was done is taken from the entry that
/// a command made, when it was done from the caller who sent it and had the answer. The order in which entries stand is a guess at what to
/// try first, and nothing else.
/// </summary>
static class Histories
{
    public static List<DiaryOperation> Of(SimulatedRecord record, Office office, Callers callers)
    {
        var commands = office.Commands.ToDictionary(command => IdempotencyKeys.Of(command.Organisation, command.Key));
        var homes = new Dictionary<VisitId, OperativeId>();
        var history = new List<DiaryOperation>();
        foreach (var entry in record.Entries)
        {
            // What no caller asked for, or had an answer to, happened at some moment.
            var (began, ended) = (0L, long.MaxValue);
            if (entry.Key is { } key && commands.TryGetValue(key, out var command) && command.Receipt is not null)
                (began, ended) = (command.FirstSentAt, command.AnsweredAt);
            var guess = history.Count;
            history.AddRange(Changes(entry.Entry, homes).Select(change => change with { Began = began, Ended = ended, Guess = guess }));
        }

        history.AddRange(callers.Readings.Select(Reading));
        return history;
    }

    static IEnumerable<DiaryOperation> Changes(FeedEntry entry, Dictionary<VisitId, OperativeId> homes)
    {
        var before = new Dictionary<VisitId, OperativeId>(homes);
        foreach (var change in entry.Event.Diaries)
        {
            List<VisitId> left = [.. change.Removed.Where(visit => before.GetValueOrDefault(visit) == change.Operative)];
            List<VisitId> came =
                [.. change.Put.Select(visit => visit.Id).Where(visit => before.GetValueOrDefault(visit) != change.Operative)];
            foreach (var visit in left.Where(visit => homes.GetValueOrDefault(visit) == change.Operative)) homes.Remove(visit);
            foreach (var visit in came) homes[visit] = change.Operative;
            if (left is [var from] && came is [var to] && from.Job == to.Job)
                yield return Operation(change.Operative, OperationKind.Move, to) with { From = from.ToString() };
            else
            {
                foreach (var visit in left) yield return Operation(change.Operative, OperationKind.Release, visit);
                foreach (var visit in came) yield return Operation(change.Operative, OperationKind.Book, visit);
            }
        }
    }

    static DiaryOperation Operation(OperativeId diary, OperationKind kind, VisitId visit) =>
        new(diary.ToString(), kind, 0, 0, OperationOutcome.Done, visit.Job.ToString(), visit.ToString());

    static DiaryOperation Reading(DiaryReading reading) => new(
        Callers.Number(reading.Operative), OperationKind.Read, reading.Asked, reading.Answered, OperationOutcome.Done,
        Seen: reading.State.Visits.Select(visit => new VisitId(new JobId(visit.Job), visit.Number))
            .ToDictionary(visit => visit.ToString(), visit => visit.Job.ToString()));
}
