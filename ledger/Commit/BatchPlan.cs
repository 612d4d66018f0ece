using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Commit;

/// <summary>What the database says about everything that a batch names. What is not listed is not there: version 0, nothing used.</summary>
sealed class Knowledge
{
    public Dictionary<OperativeId, long> Diaries { get; } = [];

    public Dictionary<JobId, long> Jobs { get; } = [];

    public Dictionary<QuotaKey, int> Quotas { get; } = [];

    public Dictionary<Guid, (FeedEntry Entry, long BodyHash)> Keys { get; } = [];
}

sealed class DiaryWrite(OperativeId operative, long expected)
{
    public OperativeId Operative => operative;

    /// <summary>The version that the row must have.</summary>
    public long Expected { get; } = expected;

    public long Version { get; set; } = expected;

    /// <summary>The last changeset of the batch that writes it.</summary>
    public Changeset? By { get; set; }
}

sealed class JobWrite(Job state, long expected)
{
    public Job State { get; set; } = state;

    public long Expected => expected;
}

sealed class VisitWrite(VisitId id, bool isNew)
{
    public VisitId Id => id;

    /// <summary>Whether the visit cannot be in the table yet.</summary>
    public bool IsNew => isNew;

    /// <summary>Null: it leaves.</summary>
    public Visit? State { get; set; }

    /// <summary>The last changeset that wrote it.</summary>
    public int Changeset { get; set; }
}

/// <summary>A counter's change in a batch, and the counts between which every step of it is allowed.</summary>
sealed class QuotaWrite(QuotaKey key, int? used)
{
    public QuotaKey Key => key;

    /// <summary>The count that was read, or null when it is taken on trust.</summary>
    public int? Used => used;

    public int Net { get; set; }

    public int Least { get; set; }

    public int Most { get; set; } = int.MaxValue;
}

/// <summary>
/// Which changesets of a batch can be committed, decided in the order of their arrival, and what they write together. Without
/// <see cref="Knowledge"/> the first mention of a diary or job is taken at its word; the database then checks that word, and answers of the
/// whole batch count only when it holds.
/// </summary>
sealed partial class BatchPlan
{
    readonly IReadOnlyList<Changeset> changesets;
    readonly Knowledge? known;
    readonly Dictionary<OperativeId, DiaryWrite> diaries = [];
    readonly Dictionary<JobId, JobWrite> jobs = [];
    readonly Dictionary<VisitId, VisitWrite> visits = [];
    readonly Dictionary<QuotaKey, QuotaWrite> quotas = [];
    readonly Dictionary<Guid, int> keys = [];
    readonly CommitStatus[] statuses;
    readonly int[] ordinals;

    BatchPlan(IReadOnlyList<Changeset> changesets, Knowledge? known)
    {
        this.changesets = changesets;
        this.known = known;
        statuses = new CommitStatus[changesets.Count];
        ordinals = new int[changesets.Count];
    }

    public IReadOnlyList<Changeset> Changesets => changesets;

    public IReadOnlyList<CommitStatus> Statuses => statuses;

    /// <summary>Indexes of the changesets that are committed, in order: their entries follow one another in the feed.</summary>
    public List<int> Accepted { get; } = [];

    public IReadOnlyCollection<DiaryWrite> Diaries => diaries.Values;

    public IReadOnlyCollection<JobWrite> Jobs => jobs.Values;

    public IReadOnlyCollection<VisitWrite> Visits => visits.Values;

    public IReadOnlyCollection<QuotaWrite> Quotas => quotas.Values;

    /// <summary>A quota's count decides and has not been read: the plan is not to be carried out.</summary>
    public bool NeedsKnowledge { get; private set; }

    /// <param name="overlapping">Changesets that the last guard has refused.</param>
    public static BatchPlan Of(IReadOnlyList<Changeset> changesets, Knowledge? known, IReadOnlySet<int>? overlapping)
    {
        var plan = new BatchPlan(changesets, known);
        for (var i = 0; i < changesets.Count; i++)
        {
            var status = overlapping?.Contains(i) == true ? CommitStatus.Overlap : plan.Judge(changesets[i]);
            plan.statuses[i] = status;
            if (status == CommitStatus.Committed) plan.Accept(i);
        }

        return plan;
    }

    /// <summary>The callers' answers, once the plan is durable.</summary>
    /// <param name="firstPosition">The feed position of the first accepted changeset; the rest follow one by one.</param>
    public CommitResult[] Results(long firstPosition)
    {
        var results = new CommitResult[changesets.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var entry = statuses[i] switch
            {
                CommitStatus.Committed => new FeedEntry(firstPosition + ordinals[i], changesets[i].Event),
                CommitStatus.Replayed => FirstEntry(changesets[i].Key!.Value.Key, firstPosition),
                _ => null,
            };
            results[i] = new CommitResult(statuses[i], entry);
        }

        return results;
    }

    /// <summary>The later of the changesets that wrote two overlapping visits; -1 when the batch wrote neither.</summary>
    public int Blame(VisitId one, VisitId other) => Math.Max(WriterOf(one), WriterOf(other));

    int WriterOf(VisitId visit) => visits.TryGetValue(visit, out var write) ? write.Changeset : -1;

    FeedEntry FirstEntry(Guid key, long firstPosition) => keys.TryGetValue(key, out var first)
        ? new FeedEntry(firstPosition + ordinals[first], changesets[first].Event)
        : known!.Keys[key].Entry;

    CommitStatus Judge(Changeset changeset)
    {
        if (changeset.Key is { } key)
        {
            long? body = keys.TryGetValue(key.Key, out var first) ? changesets[first].Key!.Value.BodyHash
                : known is not null && known.Keys.TryGetValue(key.Key, out var recorded) ? recorded.BodyHash
                : null;
            if (body is { } hash) return hash == key.BodyHash ? CommitStatus.Replayed : CommitStatus.KeyReused;
        }

        if (changeset.DecidedOn is { IsCommitted: false } fate && !IsFateOfBatch(fate, changeset)) return CommitStatus.Stale;
        foreach (var diary in changeset.Event.Diaries)
        {
            if (VersionOf(diary.Operative) is { } version && version != diary.Version - 1) return CommitStatus.Stale;
        }

        foreach (var job in changeset.Jobs)
        {
            if (VersionOf(job.Id) is { } version && version != job.Version - 1) return CommitStatus.Stale;
        }

        return HasRoom(changeset.Event.Quotas) ? CommitStatus.Committed : CommitStatus.QuotaUsed;
    }

    /// <summary>Whether what a changeset was decided on goes before it in this batch, and is accepted.</summary>
    bool IsFateOfBatch(Fate fate, Changeset changeset)
    {
        foreach (var diary in changeset.Event.Diaries)
        {
            if (diaries.TryGetValue(diary.Operative, out var write) && ReferenceEquals(write.By?.Fate, fate)) return true;
        }

        return false;
    }

    long? VersionOf(OperativeId diary) => diaries.TryGetValue(diary, out var write) ? write.Version
        : known is null ? null
        : known.Diaries.GetValueOrDefault(diary);

    long? VersionOf(JobId job) => jobs.TryGetValue(job, out var write) ? write.State.Version
        : known is null ? null
        : known.Jobs.GetValueOrDefault(job);

    void Accept(int index)
    {
        var changeset = changesets[index];
        var entry = changeset.Event;
        ordinals[index] = Accepted.Count;
        Accepted.Add(index);
        if (changeset.Key is { } key) keys.Add(key.Key, index);
        // A claim by one command writes visits of its own job under numbers never used before.
        var claims = entry.Kind is EventKind.BookingMade or EventKind.HoldPlaced;
        foreach (var diary in entry.Diaries)
        {
            if (!diaries.TryGetValue(diary.Operative, out var write))
                diaries.Add(diary.Operative, write = new DiaryWrite(diary.Operative, diary.Version - 1));
            write.Version = diary.Version;
            write.By = changeset;
            foreach (var visit in diary.Put) Put(visit.Id, visit, index, claims && visit.Id.Job == entry.Job);
        }

        // A visit that one diary gives away and another takes is put, whichever comes first in the list.
        foreach (var diary in entry.Diaries)
        {
            foreach (var removed in diary.Removed)
            {
                if (!IsPutByAnother(entry, diary, removed)) Put(removed, null, index, isNew: false);
            }
        }

        foreach (var job in changeset.Jobs)
        {
            if (jobs.TryGetValue(job.Id, out var write)) write.State = job;
            else jobs.Add(job.Id, new JobWrite(job, job.Version - 1));
        }

        foreach (var quota in entry.Quotas) Count(quota);
    }

    static bool IsPutByAnother(BookingEvent entry, DiaryChange giver, VisitId visit)
    {
        if (entry.Diaries.Count == 1) return false;
        foreach (var diary in entry.Diaries)
        {
            if (ReferenceEquals(diary, giver)) continue;
            foreach (var put in diary.Put)
            {
                if (put.Id == visit) return true;
            }
        }

        return false;
    }

    void Put(VisitId id, Visit? state, int index, bool isNew)
    {
        if (!visits.TryGetValue(id, out var write)) visits.Add(id, write = new VisitWrite(id, isNew));
        write.State = state;
        write.Changeset = index;
    }
}
