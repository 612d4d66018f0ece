using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>
/// One connection of the group commit to the simulated database, in the steps of the one to PostgreSQL: a batch is written on trust; when a
/// fence did not hold, the lane looks at all that the batch names, answers what is refused, and writes the rest.
/// </summary>
sealed class SimulatedLane(SimulatedRecord record, ILink link) : ICommitLane
{
    /// <summary>As on PostgreSQL.</summary>
    const int MaxAttempts = 8;

    public async ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets)
    {
        // The group commit fills its list again when the batch has been answered; a message under way keeps what it carries.
        IReadOnlyList<Changeset> batch = record.Defect == Defect.DecidedOnIgnored
            ? [.. changesets.Select(changeset => changeset with { DecidedOn = null })] : [.. changesets];
        var (results, unfit) = await TryCommitAsync(batch);
        if (results is not null) return new CommitAnswers(results, null);
        if (batch.Count > 1) return await CommitEachAsync(batch);
        return unfit is null
            ? new CommitAnswers([new CommitResult(CommitStatus.Busy, null)], null) : new CommitAnswers([default], [unfit]);
    }

    async Task<CommitAnswers> CommitEachAsync(IReadOnlyList<Changeset> changesets)
    {
        var results = new CommitResult[changesets.Count];
        var failures = new Exception?[changesets.Count];
        for (var i = 0; i < results.Length; i++)
        {
            try
            {
                var (alone, unfit) = await TryCommitAsync([changesets[i]]);
                failures[i] = unfit;
                results[i] = alone is null ? new CommitResult(CommitStatus.Busy, null) : alone[0];
                changesets[i].Fate.IsCommitted = results[i].Status == CommitStatus.Committed;
            }
            catch (LedgerUnavailableException unknown)
            {
                failures[i] = unknown;
            }
        }

        return new CommitAnswers(results, failures);
    }

    async Task<(CommitResult[]? Results, Exception? Unfit)> TryCommitAsync(IReadOnlyList<Changeset> changesets)
    {
        Knowledge? known = null;
        HashSet<int>? overlapping = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var plan = BatchPlan.Of(changesets, known, overlapping);
            if (!plan.NeedsKnowledge)
            {
                if (plan.Accepted.Count == 0) return (plan.Results(0), null);
                var written = await link.AskAsync("write", () => record.Write(plan));
                if (written.Outcome == WriteOutcome.Written)
                {
                    link.Committed();
                    return (plan.Results(written.First), null);
                }

                if (written.Outcome == WriteOutcome.Unfit) return (null, new InvalidOperationException("No row can hold it."));
                if (written.Outcome == WriteOutcome.Overlap)
                    (overlapping ??= []).Add(Math.Max(0, plan.Blame(written.One, written.Other)));
            }

            known = await link.AskAsync("examine", () => record.Examine(changesets));
        }

        return (null, null);
    }

    /// <summary>All of them or none.</summary>
    public async Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var known = await link.AskAsync("examine", () => record.Examine(changesets));
            var plan = BatchPlan.Of(changesets, known, overlapping: null);
            for (var i = 0; i < changesets.Count; i++)
            {
                if (plan.Statuses[i] is not (CommitStatus.Committed or CommitStatus.Replayed)) return (i, plan.Statuses[i]);
            }

            if (plan.Accepted.Count == 0) return null;
            var written = await link.AskAsync("import", () => record.Write(plan));
            link.Committed();
            switch (written.Outcome)
            {
                case WriteOutcome.Written:
                    return null;
                case WriteOutcome.Unfit:
                    throw new InvalidOperationException("No row can hold it.");
                case WriteOutcome.Overlap:
                    return (Math.Max(0, plan.Blame(written.One, written.Other)), CommitStatus.Overlap);
            }
        }

        return (0, CommitStatus.Busy);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
