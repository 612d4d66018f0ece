using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Goes around every call of the live connection: too many are refused, and what is refused is logged in one line, without anything that
/// the caller has sent.
/// </summary>
sealed partial class HubCalls(CallLimits limits, ILogger<LiveHub> log) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var method = invocation.HubMethodName;
        if (invocation.Context.GetHttpContext() is { } context && limits.WaitForCall(context) is { } wait)
        {
            LogRefused(method, "rate");
            throw new LiveRefusal("rate", $"Too many calls. Try again in {Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))} s.");
        }

        // All calls stream: their code runs when the stream is read.
        return await next(invocation) is IAsyncEnumerable<LiveMessage> stream
            ? Logged(stream, method, CancellationToken.None)
            : throw new InvalidOperationException($"{method} does not stream.");
    }

    async IAsyncEnumerable<LiveMessage> Logged(
        IAsyncEnumerable<LiveMessage> stream, string method, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var messages = stream.GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(messages, method)) yield return messages.Current;
    }

    async ValueTask<bool> MoveAsync(IAsyncEnumerator<LiveMessage> messages, string method)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (LiveRefusal refusal)
        {
            LogRefused(method, refusal.Code);
            throw;
        }
        catch (Exception failure) when (Unavailable.IsFor(failure))
        {
            LogRefused(method, "away");
            throw new LiveRefusal("away", "The record cannot be reached just now. Subscribe again, after the last position that you have.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure, method);
            throw;
        }
    }
}
