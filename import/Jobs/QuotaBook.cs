using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Import.Jobs;

/// <summary>How much of each quota is used: by the ledger's bookings, and by those of this import.</summary>
sealed class QuotaBook
{
    readonly Dictionary<QuotaKey, int> _used = [];

    public async Task LoadAsync(ImportRun run, LocalDate from, CancellationToken cancellationToken)
    {
        _used.Clear();
        foreach (var (key, used) in (await run.Ledger.LoadQuotasAsync(from, cancellationToken)).Used) _used[key] = used;
    }

    /// <summary>The counts that an appointment adds to.</summary>
    public static IReadOnlyList<QuotaChange> ChangesFor(Contract contract, LocalDate day, WindowCode window, PatchCode patch) =>
        BookingRulesCheck.QuotasOf(contract, patch, day, window, 1);

    /// <summary>Takes an appointment's share of all its quotas, or names the one that is used up and takes nothing.</summary>
    public QuotaChange? Take(IReadOnlyList<QuotaChange> changes)
    {
        foreach (var change in changes)
        {
            if (_used.GetValueOrDefault(change.Key) + change.Delta > change.Limit) return change;
        }

        foreach (var change in changes) _used[change.Key] = _used.GetValueOrDefault(change.Key) + change.Delta;
        return null;
    }
}
