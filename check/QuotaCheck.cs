using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Check;

/// <summary>Proves the quotas' counts twice: against the feed's steps, and against what is booked and held.</summary>
/// <remarks>An emergency may be counted or not: one that was imported is not, one that was booked here is.</remarks>
sealed class QuotaCheck
{
    readonly Dictionary<QuotaKey, int> fromFeed = [];
    readonly Dictionary<QuotaKey, (int Routine, int Emergency)> fromJobs = [];
    readonly Dictionary<ContractId, (Contract Contract, DateTimeZone Zone)> contracts;
    readonly Findings findings;
    long contractsChangedAt;
    bool hasCounted;

    public QuotaCheck(RegistrySnapshot registry, Findings findings)
    {
        this.findings = findings;
        var zones = registry.Organisations.ToDictionary(organisation => organisation.Id, organisation => organisation.Zone);
        contracts = registry.Contracts.Where(contract => zones.ContainsKey(contract.Contractor))
            .ToDictionary(contract => contract.Id, contract => (contract, zones[contract.Contractor]));
    }

    public long Count { get; private set; }

    public void Follow(FeedEntry entry)
    {
        var (kind, nouns) = (entry.Event.Kind, entry.Event.Note);
        if (hasCounted && kind == EventKind.RegistryChanged && nouns is not null && nouns.Contains("contracts", StringComparison.Ordinal))
            contractsChangedAt = entry.Position;
        foreach (var change in entry.Event.Quotas)
        {
            hasCounted = true;
            // As in the ledger: giving back more than was counted stops at 0.
            fromFeed[change.Key] = Math.Max(0, fromFeed.GetValueOrDefault(change.Key) + change.Delta);
        }
    }

    public void Add(RecordedJob recorded)
    {
        if (recorded.Patch is not { } patch || !contracts.TryGetValue(recorded.Job.Contract, out var known)) return;
        Add(recorded.Job, recorded.Job.Promise, patch, known);
        Add(recorded.Job, recorded.Job.Hold?.Promise, patch, known);
    }

    void Add(Job job, Promise? promise, PatchCode patch, (Contract Contract, DateTimeZone Zone) known)
    {
        if (promise is not { } taken) return;
        foreach (var quota in BookingRulesCheck.QuotasOf(known.Contract, patch, taken.Start.InZone(known.Zone).Date, taken.Window, 1))
        {
            var (routine, emergency) = fromJobs.GetValueOrDefault(quota.Key);
            fromJobs[quota.Key] = job.Emergency ? (routine, emergency + 1) : (routine + 1, emergency);
        }
    }

    public void Check(QuotaKey key, int used)
    {
        Count++;
        var subject = $"quota of contract {key.Contract}, {key.Day:uuuu-MM-dd}, window '{key.Window}', patch '{key.Patch}'";
        fromFeed.Remove(key, out var told);
        if (told != used) findings.Breach(FindingKind.QuotaMiscounted, subject, $"it stands at {used} and the feed adds up to {told}");
        fromJobs.Remove(key, out var jobs);
        if (used >= jobs.Routine && used <= jobs.Routine + jobs.Emergency) return;
        TellOfJobs(subject, $"it stands at {used}, and {jobs.Routine} appointments and {jobs.Emergency} emergencies are booked or held");
    }

    /// <summary>Counts that nothing is recorded for.</summary>
    public void Finish()
    {
        foreach (var (key, told) in fromFeed.Where(count => count.Value != 0))
            findings.Breach(FindingKind.QuotaMiscounted, $"quota {key}", $"it is not recorded and the feed adds up to {told}");
        foreach (var (key, jobs) in fromJobs.Where(count => count.Value.Routine > 0))
            TellOfJobs($"quota {key}", $"it is not recorded, and {jobs.Routine} appointments are booked or held");
    }

    /// <summary>A quota that was added or taken away in a contract later counts from then on.</summary>
    void TellOfJobs(string subject, string text)
    {
        if (contractsChangedAt > 0)
            findings.Warn(FindingKind.QuotaMiscounted, subject,
                $"{text}; contracts changed at feed position {contractsChangedAt}, after the first appointment was counted");
        else
            findings.Breach(FindingKind.QuotaMiscounted, subject, text);
    }
}
