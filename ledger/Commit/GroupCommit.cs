using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Ledger.Commit;

/// <summary>Carries one batch to the database. One lane carries one batch at a time.</summary>
interface ICommitLane : IAsyncDisposable
{
    /// <summary>Answers every changeset, in order; each answer is a result or the exception that made its outcome unknown.</summary>
    ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets);
}

/// <param name="Failures">Null when every changeset has its result; else the exception of each that has none.</param>
readonly record struct CommitAnswers(IReadOnlyList<CommitResult> Results, IReadOnlyList<Exception?>? Failures)
{
    public void Settle(int index, Changeset changeset) =>
        changeset.Fate.IsCommitted = Failures?[index] is null && Results[index].Status == CommitStatus.Committed;
}

/// <summary>
/// Puts the changesets of many callers together: whatever waits when a lane is free goes as one batch. Batches in flight at the same time
/// never touch the same diary or job, so they cannot overtake, block or deadlock one another: a changeset that needs a diary of another
/// batch in flight is set aside, and so is everything later that needs a diary of what was set aside.
/// </summary>
sealed partial class GroupCommit : IAsyncDisposable
{
    /// <summary>Marks operatives in the keys below; job ids have 45 bits.</summary>
    const long DiaryMark = 1L << 62;

    readonly Lock gate = new();
    readonly Queue<Pending> arrivals = new();

    /// <summary>Diaries and jobs of the batches in flight.</summary>
    readonly Dictionary<long, Lane> inFlight = [];

    /// <summary>What has to wait for a batch in flight, in order of arrival; at most <see cref="maxAside"/>: arrivals stay where they are
    /// then.</summary>
    List<Pending> aside = [];

    /// <summary>Diaries and jobs of what was set aside.</summary>
    readonly HashSet<long> blocked = [];

    readonly int maxAside;
    readonly Stack<Lane> idle = new();
    readonly List<Lane> lanes = [];
    static readonly ActivitySource Activities = new("OrleansScheduling.Ledger");

    readonly int maxBatch;
    readonly int maxWaiting;
    readonly ILogger logger;
    readonly TaskScheduler carriers;
    readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int waiting;
    bool closing;

    /// <param name="carriers">Where batches are carried from; null: the thread pool.</param>
    public GroupCommit(
        IEnumerable<ICommitLane> lanes, int maxBatch, int maxWaiting, ILogger logger, TaskScheduler? carriers = null)
    {
        this.carriers = carriers ?? TaskScheduler.Default;
        this.maxBatch = maxBatch;
        // All that was set aside is looked at after each batch: enough to fill a few, so that a hot diary costs little.
        maxAside = 4 * maxBatch;
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

        /// <summary>Diaries and jobs of the batch.</summary>
        public List<long> Keys { get; } = [];
    }

    /// <summary>Changesets that are waiting and not yet on their way.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken) => Activities.HasListeners()
        ? TraceAsync(changeset, cancellationToken)
        : QueueAsync(changeset, cancellationToken);

    /// <summary>The caller's share of a batch: from the queue to the disk.</summary>
    async Task<CommitResult> TraceAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("commit");
        var result = await QueueAsync(changeset, cancellationToken);
        activity?.SetTag("outcome", result.Status.ToString());
        return result;
    }

    Task<CommitResult> QueueAsync(Changeset changeset, CancellationToken cancellationToken)
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

    /// <summary>Takes what has arrived and can go now into an idle lane; null when no lane is idle or nothing can go.</summary>
    Lane? Fill_NeedsGate()
    {
        if (arrivals.Count == 0 || !idle.TryPop(out var lane)) return null;
        TakeArrivals_NeedsGate(lane);
        if (lane.Batch.Count > 0) return lane;
        idle.Push(lane);
        return null;
    }

    void TakeArrivals_NeedsGate(Lane lane)
    {
        while (lane.Batch.Count < maxBatch && aside.Count < maxAside && arrivals.TryDequeue(out var pending)) Place_NeedsGate(pending,
            lane);
    }

    /// <summary>What was set aside goes first, in its order: a batch has ended, and with it what some of it waited for.</summary>
    void TakeAside_NeedsGate(Lane lane)
    {
        var before = aside;
        aside = [];
        blocked.Clear();
        foreach (var pending in before) Place_NeedsGate(pending, lane);
    }

    /// <summary>Into the batch, or aside when it has no room or another batch, or something set aside, has one of its diaries or
    /// jobs.</summary>
    void Place_NeedsGate(Pending pending, Lane lane)
    {
        var changeset = pending.Changeset;
        if (lane.Batch.Count == maxBatch || MustWait_NeedsGate(changeset, lane))
        {
            aside.Add(pending);
            foreach (var diary in changeset.Event.Diaries) blocked.Add(Key(diary.Operative));
            foreach (var job in changeset.Jobs) blocked.Add(job.Id.Value);
            return;
        }

        waiting--;
        if (!pending.TryTake()) return;
        lane.Batch.Add(pending);
        lane.Changesets.Add(changeset);
        foreach (var diary in changeset.Event.Diaries) Claim_NeedsGate(Key(diary.Operative), lane);
        foreach (var job in changeset.Jobs) Claim_NeedsGate(job.Id.Value, lane);
    }

    bool MustWait_NeedsGate(Changeset changeset, Lane lane)
    {
        foreach (var diary in changeset.Event.Diaries)
        {
            if (MustWait_NeedsGate(Key(diary.Operative), lane)) return true;
        }

        foreach (var job in changeset.Jobs)
        {
            if (MustWait_NeedsGate(job.Id.Value, lane)) return true;
        }

        return false;
    }

    bool MustWait_NeedsGate(long key, Lane lane) => blocked.Contains(key) || (inFlight.TryGetValue(key, out var owner) && owner != lane);

    void Claim_NeedsGate(long key, Lane lane)
    {
        if (inFlight.TryAdd(key, lane)) lane.Keys.Add(key);
    }

    static long Key(OperativeId diary) => DiaryMark | (uint)diary.Value;

    void Start(Lane lane) =>
        _ = Task.Factory.StartNew(() => CarryAsync(lane), CancellationToken.None, TaskCreationOptions.DenyChildAttach, carriers);

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
            var silence = answers.Failures?.OfType<LedgerUnavailableException>().FirstOrDefault(failure => failure.IsSilence);
            List<Pending> refused = [];
            lock (gate)
            {
                // Before anything that waits for this batch is looked at.
                for (var i = 0; i < batch.Length; i++) answers.Settle(i, batch[i].Changeset);
                if (silence is not null) refused = TakeWaiting_NeedsGate();
                more = Refill_NeedsGate(lane);
                while (more && aside.Count + arrivals.Count > 0 && idle.TryPop(out var other) && Refill_NeedsGate(other)) Start(other);
            }

            for (var i = 0; i < batch.Length; i++) Answer(batch[i], answers, i);
            foreach (var pending in refused)
            {
                pending.Cancellation.Dispose();
                pending.TrySetException(silence!);
            }
        }
        while (more);
    }

    /// <summary>
    /// All who wait, when a batch had no answer: each would have waited behind others for the same silence. None of them was sent.
    /// </summary>
    List<Pending> TakeWaiting_NeedsGate()
    {
        var taken = aside.Concat(arrivals).Where(pending => pending.TryTake()).ToList();
        waiting -= aside.Count + arrivals.Count;
        aside = [];
        arrivals.Clear();
        blocked.Clear();
        return taken;
    }

    /// <summary>Frees the lane and fills it again. False: nothing can go; the lane is idle.</summary>
    bool Refill_NeedsGate(Lane lane)
    {
        lane.Batch.Clear();
        lane.Changesets.Clear();
        foreach (var key in lane.Keys) inFlight.Remove(key);
        lane.Keys.Clear();
        TakeAside_NeedsGate(lane);
        TakeArrivals_NeedsGate(lane);
        if (lane.Batch.Count > 0) return true;
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
