using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Testing.Simulation;

enum WriteOutcome
{
    None = 0,
    Written = 1,
    FenceMoved = 2,
    Overlap = 3,
    Unfit = 4,
}

/// <param name="First">The position of the first entry.</param>
readonly record struct Written(WriteOutcome Outcome, long First, VisitId One, VisitId Other);

/// <summary>
/// The tables of a ledger in memory, with the fences that the databases' statements have: every call is one transaction. Rows keep
/// microseconds; entries are kept as they were sent.
/// </summary>
sealed partial class SimulatedRecord(Defect defect = Defect.None, int seed = 0)
{
    /// <summary>Entries of one transaction, as in PostgreSQL.</summary>
    const int OrdinalBits = 20;

    /// <summary>One chance in so many, for what is broken now and then.</summary>
    const int Seldom = 6;

    readonly Lock gate = new();
    readonly Random chance = new(seed);
    readonly Dictionary<OperativeId, long> diaries = [];
    readonly Dictionary<OperativeId, Dictionary<VisitId, Visit>> visits = [];
    readonly Dictionary<VisitId, OperativeId> homes = [];
    readonly Dictionary<JobId, Job> jobs = [];
    readonly Dictionary<QuotaKey, int> quotas = [];
    readonly Dictionary<Guid, (FeedEntry Entry, long BodyHash)> keys = [];
    readonly List<RecordedEntry> entries = [];
    long transactions;

    /// <summary>Told of each entry, under the lock.</summary>
    public Action<FeedEntry>? Appended { get; set; }

    public IReadOnlyList<RecordedEntry> Entries => entries;

    public Defect Defect => defect;

    bool IsStruck(Defect one) => defect == one && chance.Next(Seldom) == 0;

    /// <summary>What a statement of the lane does: all of the plan, or nothing.</summary>
    public Written Write(BatchPlan plan)
    {
        lock (gate)
        {
            if (!HoldsFences(plan)) return new Written(WriteOutcome.FenceMoved, 0, default, default);
            if (!IsFit(plan)) return new Written(WriteOutcome.Unfit, 0, default, default);
            if (IsStruck(Defect.CommitLost)) return new Written(WriteOutcome.Written, (transactions + 1) << OrdinalBits, default, default);
            var before = plan.Visits.Select(write => (write.Id, Was: Find(write.Id))).ToList();
            foreach (var write in plan.Visits) Put(write.Id, write.State is { } state ? AsRow(state) : null);
            if (FirstOverlap(plan) is var (one, other))
            {
                foreach (var (id, was) in before) Put(id, was);
                return new Written(WriteOutcome.Overlap, 0, one, other);
            }

            WriteRest(plan);
            var first = Append(plan.Accepted.Select(index => plan.Changesets[index]));
            if (IsStruck(Defect.WrittenTwice))
            {
                WriteRest(plan);
                Append(plan.Accepted.Select(index => plan.Changesets[index]));
            }

            return new Written(WriteOutcome.Written, first, default, default);
        }
    }

    bool HoldsFences(BatchPlan plan)
    {
        if (defect != Defect.KeysIgnored
            && plan.Accepted.Any(index => plan.Changesets[index].Key is { } key && keys.ContainsKey(key.Key))) return false;
        if (!IsStruck(Defect.VersionsUnchecked)
            && plan.Diaries.Any(diary => diaries.GetValueOrDefault(diary.Operative) != diary.Expected)) return false;
        if (plan.Jobs.Any(job => (jobs.GetValueOrDefault(job.State.Id)?.Version ?? 0) != job.Expected)) return false;
        return plan.Quotas.All(quota => quotas.GetValueOrDefault(quota.Key) is var used && used >= quota.Least && used <= quota.Most);
    }

    /// <summary>A visit that takes no time once it is cut to microseconds has no row.</summary>
    static bool IsFit(BatchPlan plan) => plan.Visits.All(write => write.State is not { } visit || AsRow(visit) is var row
        && row.End > row.Start);

    Visit? Find(VisitId id) => homes.TryGetValue(id, out var home) ? visits[home][id] : null;

    void Put(VisitId id, Visit? visit)
    {
        if (homes.Remove(id, out var home)) visits[home].Remove(id);
        if (visit is null) return;
        homes[id] = visit.Operative;
        if (!visits.TryGetValue(visit.Operative, out var diary)) visits.Add(visit.Operative, diary = []);
        diary[id] = visit;
    }

    (VisitId One, VisitId Other)? FirstOverlap(BatchPlan plan)
    {
        foreach (var write in plan.Visits)
        {
            if (write.State is null || Find(write.Id) is not { } visit) continue;
            foreach (var other in visits[visit.Operative].Values)
            {
                if (other.Id != visit.Id && other.Start < visit.End && visit.Start < other.End) return (visit.Id, other.Id);
            }
        }

        return null;
    }

    void WriteRest(BatchPlan plan)
    {
        foreach (var diary in plan.Diaries) diaries[diary.Operative] = diary.Version;
        foreach (var job in plan.Jobs) jobs[job.State.Id] = AsRow(job.State);
        foreach (var quota in plan.Quotas) quotas[quota.Key] = Math.Max(0, quotas.GetValueOrDefault(quota.Key) + quota.Net);
    }

    long Append(IEnumerable<Changeset> changesets)
    {
        var first = ++transactions << OrdinalBits;
        var next = first;
        foreach (var changeset in changesets) Append(new FeedEntry(next++, changeset.Event), changeset.Key);
        return first;
    }

    void Append(FeedEntry entry, CommandKey? key)
    {
        entries.Add(new RecordedEntry(entry, key?.Key));
        if (key is { } command) keys[command.Key] = (entry, command.BodyHash);
        Appended?.Invoke(entry);
    }

    /// <summary>What the database says about everything that a batch names.</summary>
    public Knowledge Examine(IReadOnlyList<Changeset> changesets)
    {
        lock (gate)
        {
            var known = new Knowledge();
            foreach (var changeset in changesets)
            {
                foreach (var diary in changeset.Event.Diaries)
                    known.Diaries[diary.Operative] = diaries.GetValueOrDefault(diary.Operative);
                foreach (var job in changeset.Jobs) known.Jobs[job.Id] = jobs.GetValueOrDefault(job.Id)?.Version ?? 0;
                foreach (var quota in changeset.Event.Quotas) known.Quotas[quota.Key] = quotas.GetValueOrDefault(quota.Key);
                if (defect != Defect.KeysIgnored && changeset.Key is { } key && keys.TryGetValue(key.Key, out var first))
                    known.Keys[key.Key] = first;
            }

            return known;
        }
    }

    /// <summary>Rows have whole microseconds, cut off towards the past.</summary>
    static Instant AsRow(Instant instant) => Moments.FromMicroseconds(Moments.ToMicroseconds(instant));

    static Instant? AsRow(Instant? instant) => instant is { } some ? AsRow(some) : null;

    static Promise AsRow(Promise promise) => promise with { Start = AsRow(promise.Start), End = AsRow(promise.End) };

    static Visit AsRow(Visit visit) => visit with
    {
        Start = AsRow(visit.Start),
        End = AsRow(visit.End),
        Promise = AsRow(visit.Promise),
        HoldExpiresAt = AsRow(visit.HoldExpiresAt),
    };

    /// <summary>Visits are not written with the job.</summary>
    static Job AsRow(Job job) => job with
    {
        ReportedAt = AsRow(job.ReportedAt),
        Promise = job.Promise is { } promise ? AsRow(promise) : null,
        Hold = job.Hold is { } hold ? hold with { Promise = AsRow(hold.Promise), ExpiresAt = AsRow(hold.ExpiresAt) } : null,
        Visits = [],
    };
}
