using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Ledger.Registry;

/// <summary>An operative of whose day something was told; pure, so that both databases do the same.</summary>
sealed record ToldOperative(Operative Operative, DayTelling Telling)
{
    public static Outcome<ToldOperative> Of(OperativeRow? row, DayTelling telling)
    {
        return row is null ? RefusalReason.OperativeNotFound : new ToldOperative(telling.Tell(row.ToDomain()), telling);
    }

    /// <summary>The answer to a key that was used before.</summary>
    public static CommitResult Again(FeedEntry first, long bodyHash, CommandKey key) => bodyHash == key.BodyHash
        ? new CommitResult(CommitStatus.Replayed, first) : new CommitResult(CommitStatus.KeyReused, null);

    public RegistryChanges Changes
    {
        get
        {
            var changes = new RegistryChanges();
            changes.Operatives.Add(OperativeRow.Of(Operative));
            changes.ChangedOperatives.Add(Operative.Id);
            return changes;
        }
    }

    public BookingEvent Entry(string actor, Instant now, IReadOnlyList<DiaryChange> diaries) => new(
        Telling.Kind, now, default, Operative.Contractor, default, null, 0, actor, null, null, Telling.Note, diaries, []);
}
