using Microsoft.Data.Sqlite;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>
/// Carries batches to the writing thread. Inside the write lock what is read stays true, so every batch is looked at first and written
/// once;
/// only a visit that overlaps sends it round again, without the changeset that put it there.
/// </summary>
sealed class SqliteLane(SqliteWriter writer, FeedSignal signal) : ICommitLane
{
    public async ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets)
    {
        try
        {
            return new CommitAnswers(await writer.RunAsync(connection => Commit(connection, changesets)), null);
        }
        catch (Exception exception) when (changesets.Count > 1 && IsUnfit(exception))
        {
            return await CommitEachAsync(changesets);
        }
        finally
        {
            signal.Wake();
        }
    }

    /// <summary>One changeset holds a value that no row can hold: each goes alone, so that it fails alone.</summary>
    async Task<CommitAnswers> CommitEachAsync(IReadOnlyList<Changeset> changesets)
    {
        var results = new CommitResult[changesets.Count];
        var failures = new Exception?[changesets.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var alone = changesets[i];
            try
            {
                results[i] = (await writer.RunAsync(connection => Commit(connection, [alone])))[0];
                alone.Fate.IsCommitted = results[i].Status == CommitStatus.Committed;
            }
            catch (Exception exception)
            {
                failures[i] = exception;
            }
        }

        return new CommitAnswers(results, failures);
    }

    static bool IsUnfit(Exception exception) => exception
        is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT } or OverflowException;

    static CommitResult[] Commit(SqliteConnection connection, IReadOnlyList<Changeset> changesets)
    {
        var known = SqliteKnowledge.Read(connection, changesets);
        var overlapping = new HashSet<int>();
        // Each round refuses at least one changeset more.
        for (var round = 0; round <= changesets.Count; round++)
        {
            var plan = BatchPlan.Of(changesets, known, overlapping);
            if (plan.Accepted.Count == 0) return plan.Results(0);
            SqliteWriter.Execute(connection, "SAVEPOINT batch");
            var first = SqliteBatchWriter.Write(connection, plan);
            if (FirstOverlap(connection, plan) is not { } refused) return plan.Results(first);
            overlapping.Add(refused);
            SqliteWriter.Execute(connection, "ROLLBACK TO batch");
        }

        throw new InvalidOperationException("Refusing every changeset of a batch left an overlap.");
    }

    public Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets) => writer.RunAsync(connection =>
    {
        var plan = BatchPlan.Of(changesets, SqliteKnowledge.Read(connection, changesets), overlapping: null);
        for (var i = 0; i < changesets.Count; i++)
        {
            if (plan.Statuses[i] is not (CommitStatus.Committed or CommitStatus.Replayed)) return (i, plan.Statuses[i]);
        }

        SqliteWriter.Execute(connection, "SAVEPOINT batch");
        SqliteBatchWriter.Write(connection, plan);
        if (FirstOverlap(connection, plan) is { } refused)
        {
            SqliteWriter.Execute(connection, "ROLLBACK TO batch");
            return (refused, CommitStatus.Overlap);
        }

        signal.Wake();
        return ((int, CommitStatus)?)null;
    });

    // The visit before, when it ends too late, and any visit that starts inside.
    const string Clash = """
        SELECT job_id, number FROM (SELECT job_id, number, ends FROM visit WHERE operative_id = $operative AND starts < $starts
        ORDER BY starts DESC LIMIT 1)
        WHERE ends > $starts
        UNION ALL
        SELECT job_id, number FROM visit
        WHERE operative_id = $operative AND starts >= $starts AND starts < $ends AND NOT (job_id = $job AND number = $number)
        LIMIT 1
        """;

    /// <summary>The changeset to refuse: the later writer of the first two visits that overlap.</summary>
    static int? FirstOverlap(SqliteConnection connection, BatchPlan plan)
    {
        using var clash = new SqliteStatement(connection, Clash, "$operative", "$starts", "$ends", "$job", "$number");
        foreach (var write in plan.Visits)
        {
            if (write.State is not { } visit) continue;
            using var row = clash.Query(
                visit.Operative.Value, Coding.Moments.ToMicroseconds(visit.Start), Coding.Moments.ToMicroseconds(visit.End),
                visit.Id.Job.Value, visit.Id.Number);
            if (row.Read()) return plan.Blame(visit.Id, new VisitId(new JobId(row.GetInt64(0)), row.GetInt32(1)));
        }

        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
