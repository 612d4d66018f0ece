using System.Collections.Concurrent;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Availability;

/// <summary>
/// How far quotas are used, for searches: read from the ledger now and then, counted on from the feed between. The ledger enforces the
/// limits exactly.
/// </summary>
internal sealed class QuotaCounts
{
    ConcurrentDictionary<QuotaKey, int> counts = new();
    QuotaReading reading = QuotaReading.None;

    public int this[QuotaKey key] => counts.GetValueOrDefault(key);

    /// <summary>Counts an entry of the feed, unless it was counted when the quotas were read.</summary>
    public void Follow(FeedEntry entry)
    {
        if (reading.Counts(entry.Position)) return;
        foreach (var change in entry.Event.Quotas)
            counts.AddOrUpdate(change.Key, Math.Max(0, change.Delta), (_, used) => Math.Max(0, used + change.Delta));
    }

    /// <summary>Reads all counts afresh. Entries are followed before or after it, not meanwhile.</summary>
    public async Task ReadAsync(ILedger ledger, LocalDate from, CancellationToken cancellationToken)
    {
        reading = await ledger.LoadQuotasAsync(from, cancellationToken);
        counts = new ConcurrentDictionary<QuotaKey, int>(reading.Used);
    }
}
