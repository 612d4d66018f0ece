using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Ledger.Commit;

/// <summary>
/// Counters. A step up needs room below its limit; a step down is always allowed, and stops at 0. Steps of one batch are checked in order:
/// each narrows the counts from which the whole net change is allowed, so that the database checks one interval a counter.
/// </summary>
sealed partial class BatchPlan
{
    bool HasRoom(IReadOnlyList<QuotaChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.Delta <= 0) continue;
            // The same counter twice in one changeset: the steps before count too.
            var before = 0;
            for (var j = 0; j < i; j++)
            {
                if (changes[j].Key == change.Key) before += changes[j].Delta;
            }

            if (!HasRoom(change, before)) return false;
        }

        return true;
    }

    bool HasRoom(QuotaChange change, int before)
    {
        var write = quotas.GetValueOrDefault(change.Key);
        var net = (write?.Net ?? 0) + before + change.Delta;
        if (known is not null) return (long)known.Quotas.GetValueOrDefault(change.Key) + net <= change.Limit;
        // Unread: the count is between the least and most that earlier steps of the batch left possible.
        var most = Math.Min(write?.Most ?? int.MaxValue, Room(change.Limit, net));
        if (most >= (write?.Least ?? 0)) return true;
        NeedsKnowledge = true;
        return false;
    }

    /// <summary>Limits may be as high as an integer goes, and the net change negative.</summary>
    static int Room(int limit, int net) => (int)Math.Clamp((long)limit - net, int.MinValue, int.MaxValue);

    void Count(QuotaChange change)
    {
        if (!quotas.TryGetValue(change.Key, out var write))
        {
            int? used = known?.Quotas.GetValueOrDefault(change.Key);
            quotas.Add(change.Key, write = new QuotaWrite(change.Key, used));
        }

        if (change.Delta > 0)
        {
            write.Net += change.Delta;
            write.Most = Math.Min(write.Most, Room(change.Limit, write.Net));
        }
        else if (write.Used is { } used && used + write.Net + change.Delta < 0)
        {
            // More is given back than was counted: it stops at 0, which holds for this very count only.
            write.Net = -used;
            write.Least = write.Most = used;
        }
        else
        {
            write.Net += change.Delta;
            write.Least = Math.Max(write.Least, -write.Net);
        }
    }
}
