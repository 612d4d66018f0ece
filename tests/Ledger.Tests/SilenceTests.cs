using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.PostgreSql;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Who waits for what while the database says nothing.</summary>
public sealed class SilenceTests
{
    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly FakeTimeProvider time = new();

    static TaskCompletionSource<int> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task While_nothing_is_answered_one_question_is_asked_and_the_others_wait_for_its_end()
    {
        var limit = await SilentAsync();
        var (probe, asked) = (NewAnswer(), 0);
        var first = limit.WaitAsync(_ => probe.Task);
        var others = Enumerable.Range(0, 20).Select(_ => limit.WaitAsync(AskAsync)).ToArray();
        Assert.Equal(0, asked);
        Assert.Equal(1, time.DueWithin(TimeSpan.FromSeconds(1)));

        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => first).WaitAsync(Patience);
        foreach (var other in others)
        {
            var told = await Assert.ThrowsAsync<LedgerUnavailableException>(() => other).WaitAsync(Patience);
            Assert.True(told.IsSilence);
        }

        Assert.Equal(0, asked);

        Task<int> AskAsync(CancellationToken stop)
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(7);
        }
    }

    [Fact]
    public async Task When_that_one_is_answered_the_others_are_asked_and_have_the_whole_time()
    {
        var limit = await SilentAsync();
        var (probe, slow) = (NewAnswer(), NewAnswer());
        var first = limit.WaitAsync(_ => probe.Task);
        var asked = NewAnswer();
        var other = limit.WaitAsync(_ =>
        {
            asked.SetResult(0);
            return slow.Task;
        });
        probe.SetResult(1);
        Assert.Equal(1, await first.WaitAsync(Patience));
        await asked.Task.WaitAsync(Patience);

        time.Advance(TimeSpan.FromSeconds(2));
        slow.SetResult(2);

        Assert.Equal(2, await other.WaitAsync(Patience));
    }

    [Fact]
    public async Task Who_waited_for_that_one_has_what_is_left_of_the_whole_time()
    {
        var limit = await SilentAsync();
        var (probe, asked) = (NewAnswer(), NewAnswer());
        var first = limit.WaitAsync(_ => probe.Task);
        var other = limit.WaitAsync(_ =>
        {
            asked.SetResult(0);
            return NewAnswer().Task;
        });
        time.Advance(TimeSpan.FromSeconds(0.9));
        probe.SetResult(1);
        Assert.Equal(1, await first.WaitAsync(Patience));
        await asked.Task.WaitAsync(Patience);

        time.Advance(TimeSpan.FromSeconds(2.1));

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => other).WaitAsync(Patience);
    }

    [Fact]
    public async Task Who_asked_before_nothing_was_answered_is_told_a_second_after_it_was_found()
    {
        var limit = new AnswerLimit(3, time);
        var first = limit.WaitAsync(_ => NewAnswer().Task);
        time.Advance(TimeSpan.FromSeconds(2.5));
        var others = Enumerable.Range(0, 5).Select(_ => limit.WaitAsync(_ => NewAnswer().Task)).ToArray();
        time.Advance(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => first).WaitAsync(Patience);
        await UntilAsync(() => time.DueWithin(TimeSpan.FromSeconds(1)) == others.Length);
        Assert.DoesNotContain(others, other => other.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));

        foreach (var other in others)
            Assert.True((await Assert.ThrowsAsync<LedgerUnavailableException>(() => other).WaitAsync(Patience)).IsSilence);
    }

    [Fact]
    public async Task Who_asked_before_has_the_whole_time_when_something_is_answered_after_all()
    {
        var limit = new AnswerLimit(3, time);
        var slow = NewAnswer();
        var first = limit.WaitAsync(_ => NewAnswer().Task);
        time.Advance(TimeSpan.FromSeconds(1.5));
        var other = limit.WaitAsync(_ => slow.Task);
        time.Advance(TimeSpan.FromSeconds(1.5));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => first).WaitAsync(Patience);
        await UntilAsync(() => time.DueWithin(TimeSpan.FromSeconds(1)) == 1 && time.PendingTimers == 1);
        Assert.Equal(7, await limit.WaitAsync(_ => Task.FromResult(7)).WaitAsync(Patience));

        time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => other.IsCompleted || time.PendingTimers == 1);
        slow.SetResult(2);

        Assert.Equal(2, await other.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_is_asked_in_silence_has_a_second_whatever_else_is_answered_in_it()
    {
        var limit = new AnswerLimit(3, time);
        var late = NewAnswer();
        var unheard = limit.WaitAsync(_ => late.Task);
        time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => unheard).WaitAsync(Patience);
        var probe = limit.WaitAsync(_ => NewAnswer().Task);
        var behind = limit.WaitAsync(_ => Task.FromResult(7));
        late.SetResult(1);
        // Whoever comes once the late answer is heard is not kept: until then the question waits behind the other.
        await UntilAsync(() => limit.WaitAsync(_ => Task.FromResult(2)).IsCompletedSuccessfully);

        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => probe).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => behind).WaitAsync(Patience);
    }

    [Fact]
    public async Task What_nobody_waits_for_is_taken_back_when_its_whole_time_is_over_so_that_a_slow_server_is_heard()
    {
        var limit = await SilentAsync();
        var isTakenBack = NewAnswer();
        var probe = limit.WaitAsync(stop => EndlessAsync(isTakenBack, stop));
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => probe).WaitAsync(Patience);
        await UntilAsync(() => time.PendingTimers == 1);
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(isTakenBack.Task.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));

        await isTakenBack.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Whoever_goes_takes_the_question_back()
    {
        var limit = new AnswerLimit(3, time);
        using var asker = new CancellationTokenSource();
        var isTakenBack = NewAnswer();
        var asked = limit.WaitAsync(stop => EndlessAsync(isTakenBack, stop), cancellationToken: asker.Token);

        await asker.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked).WaitAsync(Patience);
        Assert.True(isTakenBack.Task.IsCompleted);
    }

    [Fact]
    public async Task When_whoever_asked_that_one_gives_up_the_next_is_asked_and_not_refused()
    {
        var limit = await SilentAsync();
        var probe = NewAnswer();
        var first = limit.WaitAsync(_ => probe.Task);
        var others = Enumerable.Range(0, 5).Select(number => limit.WaitAsync(_ => Task.FromResult(number))).ToArray();

        probe.SetCanceled();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, others.Length), await Task.WhenAll(others).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_line_that_the_driver_gives_up_first_is_silence_too_and_is_put_away()
    {
        var limit = new AnswerLimit(3, time);
        var (work, isPutAway) = (NewAnswer(), false);
        var asked = limit.WaitAsync(_ => work.Task, () =>
        {
            isPutAway = true;
            return Task.CompletedTask;
        });

        work.SetException(new NpgsqlException("Exception while reading from stream", new TimeoutException()));

        var told = await Assert.ThrowsAsync<LedgerUnavailableException>(() => asked).WaitAsync(Patience);
        Assert.True(told.IsSilence);
        Assert.True(isPutAway);
        Assert.Equal(7, await limit.WaitAsync(_ => Task.FromResult(7)).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_long_question_is_waited_for_until_nothing_is_answered_and_taken_back_when_something_is()
    {
        var limit = new AnswerLimit(3, time);
        var isTakenBack = NewAnswer();
        var report = limit.WhileHeardAsync(stop => EndlessAsync(isTakenBack, stop), default);
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.False(report.IsCompleted);
        await UnheardAsync(limit);
        await UntilAsync(() => time.PendingTimers == 1);
        Assert.False(report.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.True((await Assert.ThrowsAsync<LedgerUnavailableException>(() => report).WaitAsync(Patience)).IsSilence);
        Assert.False(isTakenBack.Task.IsCompleted);
        Assert.Equal(7, await limit.WaitAsync(_ => Task.FromResult(7)).WaitAsync(Patience));
        await isTakenBack.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_long_question_goes_on_when_only_one_connection_was_lost()
    {
        var limit = new AnswerLimit(3, time);
        var answer = NewAnswer();
        var report = limit.WhileHeardAsync(_ => answer.Task, default);
        await UnheardAsync(limit);
        await UntilAsync(() => time.PendingTimers == 1);
        Assert.Equal(7, await limit.WaitAsync(_ => Task.FromResult(7)).WaitAsync(Patience));

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(report.IsCompleted);
        answer.SetResult(2);

        Assert.Equal(2, await report.WaitAsync(Patience));
    }

    [Fact]
    public async Task In_silence_a_long_question_is_not_asked_and_in_doubt_it_waits()
    {
        var limit = await SilentAsync();
        var asked = 0;
        var unheard = limit.WhileHeardAsync(AskAsync, default);
        time.Advance(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => unheard).WaitAsync(Patience);
        Assert.Equal(0, asked);

        var doubted = limit.WhileHeardAsync(AskAsync, default);
        Assert.Equal(0, asked);
        Assert.Equal(7, await limit.WaitAsync(_ => Task.FromResult(7)).WaitAsync(Patience));

        Assert.Equal(1, await doubted.WaitAsync(Patience));

        Task<int> AskAsync(CancellationToken stop) => Task.FromResult(Interlocked.Increment(ref asked));
    }

    [Fact]
    public async Task Whoever_gives_up_a_long_question_is_not_told_of_silence()
    {
        var limit = new AnswerLimit(3, time);
        using var asker = new CancellationTokenSource();
        var isTakenBack = NewAnswer();
        var report = limit.WhileHeardAsync(stop => EndlessAsync(isTakenBack, stop), asker.Token);

        await asker.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => report).WaitAsync(Patience);
        Assert.True(isTakenBack.Task.IsCompleted);
    }

    static async Task<int> EndlessAsync(TaskCompletionSource<int> isTakenBack, CancellationToken stop)
    {
        try
        {
            return await NewAnswer().Task.WaitAsync(stop);
        }
        finally
        {
            isTakenBack.SetResult(0);
        }
    }

    static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Three seconds, and the last that was heard is that nothing was.</summary>
    async Task<AnswerLimit> SilentAsync()
    {
        var limit = new AnswerLimit(3, time);
        await UnheardAsync(limit);
        return limit;
    }

    /// <summary>Three seconds go by, in which nothing is answered.</summary>
    async Task UnheardAsync(AnswerLimit limit)
    {
        var unheard = limit.WaitAsync(_ => NewAnswer().Task);
        time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => unheard).WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_behind_a_batch_without_an_answer_is_told_with_it_and_behind_a_failed_one_is_sent(bool isSilence)
    {
        var lane = new Lane();
        await using var commits = new GroupCommit([lane], maxBatch: 4, maxWaiting: 100, NullLogger.Instance);
        var sent = commits.CommitAsync(Sample.Booking(1, 1, 32), default);
        await lane.Taken.Task.WaitAsync(Patience);
        // More than a batch; the first of them would have to wait for the diary too.
        var behind = Enumerable.Range(1, 10).Select(operative => commits.CommitAsync(Sample.Booking(operative, 2, 36), default)).ToArray();

        lane.Fail(new LedgerUnavailableException(new TimeoutException()) { IsSilence = isSilence });

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => sent).WaitAsync(Patience);
        foreach (var one in behind)
        {
            if (isSilence) await Assert.ThrowsAsync<LedgerUnavailableException>(() => one).WaitAsync(Patience);
            else Assert.Equal(CommitStatus.Stale, (await one.WaitAsync(Patience)).Status);
        }

        Assert.Equal(isSilence ? 1 : 11, lane.Seen);
        Assert.Equal(0, commits.Waiting);
        Assert.Equal(CommitStatus.Stale, (await commits.CommitAsync(Sample.Booking(1, 1, 32), default).WaitAsync(Patience)).Status);
    }

    /// <summary>Fails the first batch when it is told to, and answers all others.</summary>
    sealed class Lane : ICommitLane
    {
        readonly TaskCompletionSource<CommitAnswers> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Seen { get; private set; }

        public void Fail(Exception failure) => first.SetException(failure);

        public ValueTask<CommitAnswers> CommitAsync(IReadOnlyList<Changeset> changesets)
        {
            Seen += changesets.Count;
            if (Taken.TrySetResult()) return new ValueTask<CommitAnswers>(first.Task);
            return ValueTask.FromResult(
                new CommitAnswers([.. changesets.Select(_ => new CommitResult(CommitStatus.Stale, null))], null));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
