using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>The "distinct connections" mode of the graphql-sse protocol: one response, one operation, ended by a complete event.</summary>
sealed class EventStreamWriter(GraphQLOptions options, TimeProvider time)
{
    public async Task WriteAsync(HttpContext context, GraphQLResult result)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var output = context.Response.BodyWriter;
        using var gate = new SemaphoreSlim(1, 1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await output.FlushAsync(ended.Token);
        var alive = KeepAliveAsync(output, gate, ended.Token);
        try
        {
            if (result is ExecutionResult single) await NextAsync(output, gate, single, ended.Token);
            else
                await foreach (var response in ((ResponseStream)result).Responses.WithCancellation(ended.Token))
                    await NextAsync(output, gate, response, ended.Token);
            await WriteAsync(output, gate, "event: complete\ndata:\n\n"u8.ToArray(), ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await alive;
        }
    }

    static async Task NextAsync(PipeWriter output, SemaphoreSlim gate, ExecutionResult response, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            output.Write("event: next\ndata: "u8);
            response.WriteTo(output);
            output.Write("\n\n"u8);
            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    static async Task WriteAsync(PipeWriter output, SemaphoreSlim gate, byte[] text, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await output.WriteAsync(text, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Proxies close a connection on which nothing happens; a comment is something.</summary>
    async Task KeepAliveAsync(PipeWriter output, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.KeepAliveInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await WriteAsync(
                output, gate, ":\n\n"u8.ToArray(), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }
    }
}

static class PipeWriterExtensions
{
    public static void Write(this PipeWriter output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
