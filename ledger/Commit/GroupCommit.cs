using Microsoft.Extensions.Logging;

namespace OrleansScheduling.Ledger.Commit;

/// <summary>Carries one batch to the database. One lane carries one batch at a time.</summary>
interface ICommitLane : IAsyncDisposable
{
    /// <summary>Answers every changeset, in order; each answer is a result or the exception that made its outcome unknown.</summary>
    ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets);
}

/// <param name="Failures">Null when every changeset has its result; else the exception of each that has none.</param>
readonly record struct CommitAnswers(IReadOnlyList<CommitResult> Results, IReadOnlyList<Exception?>? Failures);

/// <summary>
/// Puts the changesets of many callers together: whatever waits when a lane is free goes as one batch. Batches in flight at the same time
/// never touch the same diary or job, so they cannot overtake, block or deadlock one another: a changeset that needs a diary of a batch in
/// flight waits behind that batch, and everything that needs a diary of that changeset waits behind it.
/// </summary>
sealed partial class GroupCommit : IAsyncDisposable
{
    /// <summary>Marks operatives in the keys below; job ids have 45 bits.</summary>
    const long DiaryMark = 1L << 62;

    readonly Lock gate = new();
    readonly Queue<Pending> arrivals = new();
    readonly Dictionary<long, Lane> claims = [];
    readonly Stack<Lane> idle = new();
    readonly List<Lane> lanes = [];
    readonly int maxBatch;
    readonly int maxWaiting;
    readonly ILogger logger;
    readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int waiting;
    bool closing;

    public GroupCommit(IEnumerable<ICommitLane> lanes, int maxBatch, int maxWaiting, ILogger logger)
    {
        this.maxBatch = maxBatch;
        this.maxWaiting = maxWaiting;
        this.logger = logger;
        foreach (var lane in lanes)
        {
            this.lanes.Add(new Lane(lane, maxBatch));
            idle.Push(this.lanes[^1]);
        }
    }

    sealed class Lane(ICommitLane carrier, int maxBatch)
    {
        public ICommitLane Carrier => carrier;

        public List<Pending> Batch { get; } = new(maxBatch);

        public List<Changeset> Changesets { get; } = new(maxBatch);

        /// <summary>Diaries and jobs of the batch and of what waits behind it.</summary>
        public List<long> Claims { get; } = [];

        /// <summary>Those of what waits behind that need a diary or job of another lane too.</summary>
        public List<Changeset> PartlyClaimed { get; } = [];

        /// <summary>What waits behind this lane's batch, in order of arrival.</summary>
        public Queue<Pending> Behind { get; set; } = new();
    }

    /// <summary>Changesets that are waiting and not yet on their way.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<CommitResult>(cancellationToken);
        var pending = new Pending(changeset);
        if (cancellationToken.CanBeCanceled)
        {
            pending.Cancellation = cancellationToken.UnsafeRegister(
                (state, token) =>
                {
                    if (((Pending)state!).TryGiveUp()) ((Pending)state).TrySetCanceled(token);
                },
                pending);
        }

        Lane? lane = null;
        bool busy;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            busy = waiting >= maxWaiting;
            if (!busy)
            {
                waiting++;
                arrivals.Enqueue(pending);
                lane = Fill_NeedsGate();
            }
        }

        if (busy)
        {
            pending.Cancellation.Dispose();
            return Task.FromResult(new CommitResult(CommitStatus.Busy, null));
        }

        if (lane is not null) Start(lane);
        return pending.Task;
    }

    /// <summary>Takes what can go now into an idle lane; null when no lane is idle or nothing can go.</summary>
    Lane? Fill_NeedsGate()
    {
        if (arrivals.Count == 0 || !idle.TryPop(out var lane)) return null;
        while (lane.Batch.Count < maxBatch && arrivals.TryDequeue(out var pending)) Place_NeedsGate(pending, lane);
        if (lane.Batch.Count > 0) return lane;
        Release_NeedsGate(lane);
        idle.Push(lane);
        return null;
    }

    /// <summary>Into the batch, or behind the other batch that touches one of the same diaries or jobs.</summary>
    void Place_NeedsGate(Pending pending, Lane lane)
    {
        var ahead = Ahead_NeedsGate(pending.Changeset, lane);
        if (ahead is not null)
        {
            WaitBehind_NeedsGate(pending, ahead);
            return;
        }

        waiting--;
        if (!pending.TryTake()) return;
        lane.Batch.Add(pending);
        lane.Changesets.Add(pending.Changeset);
        Claim_NeedsGate(pending.Changeset, lane);
    }

    Lane? Ahead_NeedsGate(Changeset changeset, Lane lane)
    {
        foreach (var diary in changeset.Event.Diaries)
        {
            if (claims.TryGetValue(DiaryMark | (uint)diary.Operative.Value, out var owner) && owner != lane) return owner;
        }

        foreach (var job in changeset.Jobs)
        {
            if (claims.TryGetValue(job.Id.Value, out var owner) && owner != lane) return owner;
        }

        return null;
    }

    void WaitBehind_NeedsGate(Pending pending, Lane ahead)
    {
        ahead.Behind.Enqueue(pending);
        if (!Claim_NeedsGate(pending.Changeset, ahead)) ahead.PartlyClaimed.Add(pending.Changeset);
    }

    /// <returns>Whether the lane now owns all of the changeset's diaries and jobs.</returns>
    bool Claim_NeedsGate(Changeset changeset, Lane lane)
    {
        var all = true;
        foreach (var diary in changeset.Event.Diaries) all &= Claim_NeedsGate(DiaryMark | (uint)diary.Operative.Value, lane);
        foreach (var job in changeset.Jobs) all &= Claim_NeedsGate(job.Id.Value, lane);
        return all;
    }

    bool Claim_NeedsGate(long key, Lane lane)
    {
        if (!claims.TryAdd(key, lane)) return claims[key] == lane;
        lane.Claims.Add(key);
        return true;
    }

    void Release_NeedsGate(Lane lane)
    {
        foreach (var key in lane.Claims) claims.Remove(key);
        lane.Claims.Clear();
        lane.PartlyClaimed.Clear();
        // What waits behind another lane, and needed this one too, keeps its place before later arrivals.
        foreach (var other in lanes)
        {
            if (other == lane) continue;
            foreach (var changeset in other.PartlyClaimed) Claim_NeedsGate(changeset, other);
        }
    }

    void Start(Lane lane) => _ = Task.Run(() => CarryAsync(lane));

    async Task CarryAsync(Lane lane)
    {
        bool more;
        do
        {
            CommitAnswers answers;
            try
            {
                answers = await lane.Carrier.CommitAsync(lane.Changesets);
            }
            catch (Exception exception)
            {
                BatchFailed(lane.Batch.Count, exception);
                answers = new CommitAnswers([], Enumerable.Repeat<Exception?>(exception, lane.Batch.Count).ToArray());
            }

            var batch = lane.Batch.ToArray();
            lock (gate)
            {
                more = Refill_NeedsGate(lane);
                while (Fill_NeedsGate() is { } other) Start(other);
            }

            for (var i = 0; i < batch.Length; i++) Answer(batch[i], answers, i);
        }
        while (more);
    }

    /// <summary>Frees the lane and fills it again, first with what waited behind it. False: nothing can go; the lane is idle.</summary>
    bool Refill_NeedsGate(Lane lane)
    {
        lane.Batch.Clear();
        lane.Changesets.Clear();
        Release_NeedsGate(lane);
        var behind = lane.Behind;
        lane.Behind = new Queue<Pending>();
        while (lane.Batch.Count < maxBatch && behind.TryDequeue(out var pending)) Place_NeedsGate(pending, lane);
        // More waited than one batch holds: it stays before all that arrives later, behind this lane's new batch.
        foreach (var pending in behind) WaitBehind_NeedsGate(pending, lane);
        while (lane.Batch.Count < maxBatch && arrivals.TryDequeue(out var pending)) Place_NeedsGate(pending, lane);
        if (lane.Batch.Count > 0) return true;
        Release_NeedsGate(lane);
        idle.Push(lane);
        if (closing && idle.Count == lanes.Count) drained.TrySetResult();
        return false;
    }

    static void Answer(Pending pending, CommitAnswers answers, int index)
    {
        pending.Cancellation.Dispose();
        if (answers.Failures?[index] is { } failure) pending.TrySetException(failure);
        else pending.TrySetResult(answers.Results[index]);
    }

    /// <summary>Takes no more, and returns when everything that was taken has been answered.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (closing) return;
            closing = true;
            if (idle.Count == lanes.Count) drained.TrySetResult();
        }

        await drained.Task;
        foreach (var lane in lanes) await lane.Carrier.DisposeAsync();
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A batch of {Count} changesets failed; its outcome is unknown")]
    partial void BatchFailed(int count, Exception exception);
}
