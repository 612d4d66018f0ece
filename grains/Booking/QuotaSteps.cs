using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Grains.Booking;

/// <summary>What a decision does to the contract's quotas.</summary>
internal static class QuotaSteps
{
    /// <summary>Emergencies are counted, and never refused for a count.</summary>
    const int NoLimit = int.MaxValue;

    /// <summary>One net step a counter: a job that changes its window within one counter takes nothing, even when the counter is
    /// full.</summary>
    public static IReadOnlyList<QuotaChange> Of(JobDecision decision, Contract contract, PatchCode patch, DateTimeZone zone)
    {
        if (contract.Rules.Quotas.Count == 0) return [];
        var steps = new List<QuotaChange>();
        if (decision.PromiseGiven is { } given) Add(steps, Of(given, contract, patch, zone, 1));
        foreach (var promise in decision.PromisesGivenUp) Add(steps, Of(promise, contract, patch, zone, -1));
        steps.RemoveAll(step => step.Delta == 0);
        return decision.After.Emergency ? [.. steps.Select(step => step with { Limit = NoLimit })] : steps;
    }

    /// <summary>Whether a promise is counted under a key.</summary>
    public static bool Takes(Promise promise, QuotaKey key, Contract contract, PatchCode patch, DateTimeZone zone)
    {
        foreach (var step in Of(promise, contract, patch, zone, 1))
        {
            if (step.Key == key) return true;
        }

        return false;
    }

    /// <summary>A window counts on the day on which it starts.</summary>
    static IReadOnlyList<QuotaChange> Of(Promise promise, Contract contract, PatchCode patch, DateTimeZone zone, int delta) =>
        BookingRulesCheck.QuotasOf(contract, patch, promise.Start.InZone(zone).Date, promise.Window, delta);

    static void Add(List<QuotaChange> steps, IReadOnlyList<QuotaChange> further)
    {
        foreach (var step in further)
        {
            var same = steps.FindIndex(known => known.Key == step.Key);
            if (same < 0) steps.Add(step);
            else steps[same] = steps[same] with { Delta = steps[same].Delta + step.Delta };
        }
    }
}
