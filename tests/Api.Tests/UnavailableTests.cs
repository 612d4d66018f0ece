using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests;

/// <summary>What is only so for now, and is told with when to try again.</summary>
public sealed class UnavailableTests
{
    public static TheoryData<Exception> OnlyForNow =>
    [
        new LedgerUnavailableException(new IOException("gone")),
        new LimitExceededException("As many calls wait for this diary as may."),
        new TimeoutException("No answer from a diary."),
        new InvalidOperationException("A query failed.", new TimeoutException("No connection in time.")),
        new SiloUnavailableException("This process ends."),
        new TooManyReportsException(),
    ];

    [Theory]
    [MemberData(nameof(OnlyForNow))]
    public void Whoever_cannot_be_answered_now_is_told_to_send_it_again(Exception failure)
    {
        var told = Unavailable.ErrorOf(failure)!;
        Assert.Equal(GraphQLErrorCodes.Unavailable, told.Code);
        Assert.Equal(Unavailable.RetrySeconds, told.Extensions!["retryAfter"]);
    }

    [Fact]
    public void Who_asks_for_one_report_too_many_is_not_told_that_the_record_is_away() =>
        Assert.Equal(
            "Too many reports are under way. Ask again in a moment.", Unavailable.ErrorOf(new TooManyReportsException())!.Message);

    /// <summary>A request of which a second went by until it was known who asks.</summary>
    static (FakeTimeProvider Time, CallerPatience Patience) AfterSignIn(Func<bool>? isSilent = null)
    {
        var time = new FakeTimeProvider();
        var http = new HttpContextAccessor { HttpContext = new DefaultHttpContext() };
        http.HttpContext.Features.Set(new RequestBegan(time.GetTimestamp()) { SignIn = TimeSpan.FromSeconds(1) });
        var ledger = new LedgerOptions { ConnectionString = "Host=somewhere", AnswerSeconds = 3 };
        return (time, new CallerPatience(ledger, http, time, isSilent ?? (() => true)));
    }

    /// <summary>A line that comes and goes answers each of several questions just in time.</summary>
    [Fact]
    public async Task Whoever_waits_for_a_command_on_a_line_is_told_in_time_whatever_it_waits_for()
    {
        var (time, patience) = AfterSignIn();
        var (never, late) = (new TaskCompletionSource<CommandAnswer>(), new TaskCompletionSource<CommandAnswer>());
        var (waiting, other) = (patience.WaitAsync(never.Task), patience.WaitAsync(late.Task));
        time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.False(waiting.IsCompleted);
        var answer = new CommandAnswer(null, null);
        late.SetResult(answer);
        Assert.Same(answer, await other.WaitAsync(TimeSpan.FromMinutes(2)));

        time.Advance(TimeSpan.FromSeconds(0.1));

        var told = await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(GraphQLErrorCodes.Unavailable, Unavailable.ErrorOf(told)!.Code);
    }

    [Fact]
    public async Task Whoever_signs_in_on_such_a_line_is_told_in_time_too()
    {
        var (time, patience) = AfterSignIn();
        var waiting = patience.SignInAsync(new TaskCompletionSource<string>().Task);
        time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.False(waiting.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));

        var told = await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.True(Unavailable.IsFor(told));
    }

    [Fact]
    public async Task Whoever_sends_two_commands_in_one_request_has_as_long_for_the_second()
    {
        var (time, patience) = AfterSignIn();
        foreach (var never in new[] { new TaskCompletionSource<CommandAnswer>(), new TaskCompletionSource<CommandAnswer>() })
        {
            var waiting = patience.WaitAsync(never.Task);
            time.Advance(TimeSpan.FromSeconds(2.5));
            Assert.False(waiting.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(2)));
        }
    }

    /// <summary>A board asks the diaries first, and the record after them.</summary>
    [Fact]
    public async Task What_asks_in_steps_is_told_in_time_and_asks_no_further()
    {
        var (time, patience) = AfterSignIn();
        var (first, second) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        var isStopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = patience.ReadAsync(async stop =>
        {
            try
            {
                return await first.Task + await second.Task.WaitAsync(stop);
            }
            finally
            {
                isStopped.SetResult(stop.IsCancellationRequested);
            }
        });
        time.Advance(TimeSpan.FromSeconds(2.5));
        first.SetResult(1);
        Assert.False(reading.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));

        var told = await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.True(Unavailable.IsFor(told));
        Assert.True(await isStopped.Task.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(3, await patience.ReadAsync(_ => Task.FromResult(3)));
    }

    /// <summary>A busy database is no silent one: its board is shown late rather than never.</summary>
    [Fact]
    public async Task What_asks_in_steps_is_waited_for_as_long_as_a_report_while_the_database_answers()
    {
        var isSilent = false;
        var (time, patience) = AfterSignIn(() => isSilent);
        var (late, never, lost) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        var reading = patience.ReadAsync(_ => late.Task);
        for (var looks = 0; looks < 20; looks++) time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.False(reading.IsCompleted);
        late.SetResult(7);
        Assert.Equal(7, await reading.WaitAsync(TimeSpan.FromMinutes(2)));

        var waiting = patience.ReadAsync(_ => never.Task);
        while (!waiting.IsCompleted) time.Advance(TimeSpan.FromSeconds(0.4));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);

        var began = time.GetTimestamp();
        var other = patience.ReadAsync(_ => lost.Task);
        isSilent = true;
        while (!other.IsCompleted) time.Advance(TimeSpan.FromSeconds(0.4));
        await Assert.ThrowsAsync<TimeoutException>(() => other);
        Assert.True(time.GetElapsedTime(began) > TimeSpan.FromSeconds(2.5));
    }

    /// <summary>The request ends then; a field that ended before it would be told of as a fault.</summary>
    [Fact]
    public async Task A_caller_who_goes_does_not_make_a_command_fail()
    {
        using var gone = new CancellationTokenSource();
        var http = new HttpContextAccessor { HttpContext = new DefaultHttpContext { RequestAborted = gone.Token } };
        var options = new LedgerOptions { ConnectionString = "Host=somewhere", AnswerSeconds = 3 };
        var command = new TaskCompletionSource<CommandAnswer>();
        var waiting = new CallerPatience(options, http, new FakeTimeProvider(), () => false).WaitAsync(command.Task);

        await gone.CancelAsync();

        Assert.False(waiting.IsCompleted);
        var answer = new CommandAnswer(null, null);
        command.SetResult(answer);
        Assert.Same(answer, await waiting.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void Without_a_line_a_command_is_waited_for()
    {
        var never = new TaskCompletionSource<CommandAnswer>();
        var time = new FakeTimeProvider();
        var waiting = new CallerPatience(new LedgerOptions { AnswerSeconds = 3 }, new HttpContextAccessor(), time, () => false)
            .WaitAsync(never.Task);
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void What_the_database_stopped_took_too_long()
    {
        var stopped = new Npgsql.PostgresException("canceling statement", "ERROR", "ERROR", Npgsql.PostgresErrorCodes.QueryCanceled);
        Assert.Equal(GraphQLErrorCodes.Timeout, Unavailable.ErrorOf(new InvalidOperationException("A query failed.", stopped))!.Code);
    }

    [Fact]
    public void What_is_broken_is_not_told_to_be_sent_again()
    {
        Assert.Null(Unavailable.ErrorOf(new InvalidOperationException("broken")));
        Assert.Null(Unavailable.ErrorOf(new InvalidOperationException("broken", new RegexMatchTimeoutException())));
    }

    [Fact]
    public void Whoever_has_gone_did_not_find_the_database_away() =>
        Assert.False(Unavailable.IsFor(new OperationCanceledException("Query was cancelled", new TimeoutException())));
}
