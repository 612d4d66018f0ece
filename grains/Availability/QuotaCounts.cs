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

    public int this[QuotaKey key] => counts.GetValueOrDefault(key);

    /// <summary>Counts an entry of the feed.</summary>
    public void Follow(IReadOnlyList<QuotaChange> changes)
    {
        foreach (var change in changes)
            counts.AddOrUpdate(change.Key, Math.Max(0, change.Delta), (_, used) => Math.Max(0, used + change.Delta));
    }

    /// <param name="isCurrent">Asked after reading: whether the feed has nothing that is not counted yet. If it has, the counts stay as
    /// they are.</param>
    public async Task ReadAsync(ILedger ledger, LocalDate from, Func<Task<bool>> isCurrent, CancellationToken cancellationToken)
    {
        var read = new ConcurrentDictionary<QuotaKey, int>();
        await foreach (var (key, used) in ledger.LoadQuotasAsync(from, cancellationToken)) read[key] = used;
        if (await isCurrent()) counts = read;
    }
}
