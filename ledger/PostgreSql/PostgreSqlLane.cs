using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// One connection of the group commit. A batch is one statement in autocommit: there is no moment at which this process, stopped or cut
/// off, holds a lock. It is written on trust first; when the database says that a fence did not hold, the lane looks at all that the
/// batch names, answers what is stale, replayed or over a quota, and writes the rest.
/// </summary>
sealed partial class PostgreSqlLane(NpgsqlDataSource source, FeedSignal signal, AnswerLimit limit, ILogger logger) : ICommitLane
{
    /// <summary>
    /// Looks at a batch before it is given up as a whole. Each failure means that somebody else has committed in between, so the system
    /// as a
    /// whole moves on; eight in a row on one batch means that it is too wide, and it is taken apart.
    /// </summary>
    const int MaxAttempts = 8;

    CommitLine line = new(source);

    enum WriteOutcome
    {
        None = 0,
        Written = 1,
        FenceMoved = 2,
        Overlap = 3,
        Unfit = 4,
    }

    readonly record struct Written(WriteOutcome Outcome, long Base, VisitId One, VisitId Other, PostgresException? Exception);

    public async ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets)
    {
        var (results, unfit) = await TryCommitAsync(changesets, known: null);
        if (results is not null) return new CommitAnswers(results, null);
        if (changesets.Count == 1)
        {
            return unfit is null
                ? new CommitAnswers([new CommitResult(CommitStatus.Busy, null)], null)
                : new CommitAnswers([default], [unfit]);
        }

        // One changeset that the database cannot take, or too much going on around a wide batch: each goes alone, in order.
        BatchTakenApart(changesets.Count, unfit);
        return await CommitEachAsync(changesets);
    }

    async Task<CommitAnswers> CommitEachAsync(IReadOnlyList<Changeset> changesets)
    {
        var results = new CommitResult[changesets.Count];
        var failures = new Exception?[changesets.Count];
        for (var i = 0; i < results.Length; i++)
        {
            try
            {
                var (alone, unfit) = await TryCommitAsync([changesets[i]], known: null);
                failures[i] = unfit;
                results[i] = alone is null ? new CommitResult(CommitStatus.Busy, null) : alone[0];
                changesets[i].Fate.IsCommitted = results[i].Status == CommitStatus.Committed;
            }
            catch (LedgerUnavailableException exception)
            {
                failures[i] = exception;
                if (!exception.IsSilence) continue;
                // One after the other they would wait for one silence.
                Array.Fill(failures, exception, i, failures.Length - i);
                break;
            }
        }

        return new CommitAnswers(results, failures);
    }

    async Task<(CommitResult[]? Results, Exception? Unfit)> TryCommitAsync(IReadOnlyList<Changeset> changesets, Knowledge? known)
    {
        HashSet<int>? overlapping = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var plan = BatchPlan.Of(changesets, known, overlapping);
            if (plan.NeedsKnowledge)
            {
                known = await ExamineAsync(changesets);
                continue;
            }

            if (plan.Accepted.Count == 0) return (plan.Results(0), null);
            var written = await WriteAsync(plan, trustNew: known is null);
            switch (written.Outcome)
            {
                case WriteOutcome.Written:
                    signal.Wake();
                    return (plan.Results(written.Base), null);
                case WriteOutcome.Unfit:
                    return (null, written.Exception);
                case WriteOutcome.Overlap:
                    var blamed = plan.Blame(written.One, written.Other);
                    if (blamed < 0)
                        throw new InvalidOperationException(
                            $"The guard names visits {written.One} and {written.Other}, which nobody wrote.");
                    (overlapping ??= []).Add(blamed);
                    break;
            }

            known = await ExamineAsync(changesets);
        }

        return (null, null);
    }

    /// <summary>All of them or none; a stale or refused one is named.</summary>
    public async Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var known = await ExamineAsync(changesets);
            var plan = BatchPlan.Of(changesets, known, overlapping: null);
            for (var i = 0; i < changesets.Count; i++)
            {
                if (plan.Statuses[i] is not (CommitStatus.Committed or CommitStatus.Replayed)) return (i, plan.Statuses[i]);
            }

            if (plan.Accepted.Count == 0) return null;
            var written = await WriteAsync(plan, trustNew: false);
            switch (written.Outcome)
            {
                case WriteOutcome.Written:
                    signal.Wake();
                    return null;
                case WriteOutcome.Unfit:
                    throw written.Exception!;
                case WriteOutcome.Overlap:
                    return (Math.Max(0, plan.Blame(written.One, written.Other)), CommitStatus.Overlap);
            }
        }

        return (0, CommitStatus.Busy);
    }

    async Task<Written> WriteAsync(BatchPlan plan, bool trustNew)
    {
        var (line, isSent) = (this.line, false);
        line.Arrays.Fill(plan, trustNew);
        try
        {
            var before = await limit.WaitAsync(SendAsync, line.DropAsync, cancellationToken: CancellationToken.None);
            return new Written(WriteOutcome.Written, before + 1, default, default, null);
        }
        catch (LedgerUnavailableException)
        {
            // The statement may still be on its way, and is written from its line's arrays: they go together. One that was not sent at all,
            // since others found nothing answered, leaves its line as it is.
            if (isSent) this.line = new CommitLine(source);
            throw;
        }
        catch (PostgresException exception)
        {
            if (line.IsBroken) await line.DropAsync();
            return Judge(exception);
        }
        catch
        {
            await line.DropAsync();
            throw;
        }

        Task<long> SendAsync(CancellationToken stop)
        {
            isSent = true;
            return line.WriteAsync(stop);
        }
    }

    static Written Judge(PostgresException exception) => exception.SqlState switch
    {
        // A row with a fence is there already: a diary, job or visit that is not new, or a command's key.
        Conditions.FenceMoved or PostgresErrorCodes.UniqueViolation => new Written(WriteOutcome.FenceMoved, 0, default, default, null),
        // Rolled back by the server without our fault; nothing was written.
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            => new Written(WriteOutcome.FenceMoved, 0, default, default, null),
        Conditions.Overlap => Overlap(exception.MessageText),
        // Class 22, data exception; 23, integrity constraint: a value that no row can hold.
        ['2', '2' or '3', ..] => new Written(WriteOutcome.Unfit, 0, default, default, exception),
        _ => throw new LedgerUnavailableException(exception),
    };

    /// <param name="message">Ends with the two visits: job, number, job, number.</param>
    static Written Overlap(string message)
    {
        var numbers = message[(message.LastIndexOf(':') + 2)..].Split(' ');
        VisitId Visit(int at) => new(new JobId(long.Parse(numbers[at], Conditions.Culture)),
            int.Parse(numbers[at + 1], Conditions.Culture));
        return new Written(WriteOutcome.Overlap, 0, Visit(0), Visit(2), null);
    }

    public ValueTask DisposeAsync() => new(line.DropAsync());

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning, Message =
        "A batch of {Count} changesets is taken apart and written one by one")]
    partial void BatchTakenApart(int count, Exception? exception);
}

/// <summary>SQLSTATEs of our own, raised by the functions of the first migration.</summary>
static class Conditions
{
    public const string FenceMoved = "OL001";
    public const string Overlap = "OL002";
    public static readonly System.Globalization.CultureInfo Culture = System.Globalization.CultureInfo.InvariantCulture;
}
