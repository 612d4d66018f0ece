using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>The change feed, and the two ways of being woken: by this process's own commits at once, by others through NOTIFY.</summary>
/// <param name="source">For its entries, as <paramref name="limit"/> allows.</param>
/// <param name="patient">For the connections that carry wake-ups: nothing hangs on them.</param>
sealed partial class PostgreSqlFeed(
    NpgsqlDataSource source, DriverLimit limit, NpgsqlDataSource patient, FeedSignal signal, TimeProvider time, ILogger logger)
    : IFeed, IAsyncDisposable
{
    /// <summary>The longest wait without a wake-up; also the pause before the listening connection is opened again.</summary>
    static readonly TimeSpan Fallback = TimeSpan.FromSeconds(1);

    /// <summary>The first of many commits is told at once, the rest together.</summary>
    static readonly TimeSpan TellPause = TimeSpan.FromMilliseconds(5);

    // A row is shown when every transaction with a lower or equal id has ended: nothing can appear before it later.
    const string Page = """
        SELECT position, payload FROM event WHERE position > $1 AND position < feed_horizon() ORDER BY position LIMIT $2
        """;

    const string PageBack = """
        SELECT position, payload FROM event WHERE position < least($1, feed_horizon()) ORDER BY position DESC LIMIT $2
        """;

    const string Head = "SELECT position FROM event WHERE position < feed_horizon() ORDER BY position DESC LIMIT 1";

    readonly CancellationTokenSource stopping = new();
    int closed;
    Task listening = Task.CompletedTask;
    Task telling = Task.CompletedTask;

    public void Start()
    {
        listening = Task.Run(ListenAsync, CancellationToken.None);
        telling = Task.Run(TellAsync, CancellationToken.None);
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken) => limit.WaitAsync(ReadHeadAsync, cancellationToken);

    async Task<long> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Head);
        return await command.ExecuteScalarAsync(cancellationToken) is long position ? position : 0;
    }

    public Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(Page, after, limit, cancellationToken);

    public Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(PageBack, before, limit, cancellationToken);

    Task<IReadOnlyList<FeedEntry>> ReadAsync(string page, long from, int most, CancellationToken cancellationToken) =>
        limit.WaitAsync(stop => ReadPageAsync(page, from, most, stop), cancellationToken);

    async Task<IReadOnlyList<FeedEntry>> ReadPageAsync(string page, long from, int most, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(page);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(most, 1, IFeed.MaxPage) });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<FeedEntry>();
        while (await row.ReadAsync(cancellationToken))
            entries.Add(new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1))));
        return entries;
    }

    public async Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        // The signal is taken before the look: what is committed after the look wakes it.
        var next = signal.Any;
        if (await HeadAsync(cancellationToken) > after) return;
        try
        {
            await next.WaitAsync(Fallback, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The look is repeated by the caller.
        }
    }

    async Task ListenAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await patient.OpenConnectionAsync(stopping.Token);
                connection.Notification += (_, notification) =>
                {
                    if (notification.PID != connection.ProcessID) signal.WakeFromOutside();
                };
                await using (var listen = new NpgsqlCommand("LISTEN ledger_feed",
                    connection)) await listen.ExecuteNonQueryAsync(stopping.Token);
                // Whatever was committed while nobody listened.
                signal.WakeFromOutside();
                while (true) await connection.WaitAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                ListeningLost(logger, exception);
            }

            if (!await PauseAsync()) return;
        }
    }

    /// <summary>
    /// Tells other processes, after the commit and outside its transaction: a NOTIFY inside would make all commits of the server wait for
    /// one
    /// another, flush included. One NOTIFY speaks for all batches since the last. Should this process die in between, the others look
    /// within a second.
    /// </summary>
    async Task TellAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await patient.OpenConnectionAsync(stopping.Token);
                await using var notify = new NpgsqlCommand("NOTIFY ledger_feed", connection);
                var next = signal.Own;
                while (true)
                {
                    await next.WaitAsync(stopping.Token);
                    next = signal.Own;
                    await limit.WaitAsync(notify.ExecuteNonQueryAsync, stopping.Token);
                    await Task.Delay(TellPause, TimeProvider.System, stopping.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                ListeningLost(logger, exception);
            }

            if (!await PauseAsync()) return;
        }
    }

    async Task<bool> PauseAsync()
    {
        try
        {
            await Task.Delay(Fallback, time, stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>May be called again: a container closes the feed and the database that it belongs to.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        await stopping.CancelAsync();
        await Task.WhenAll(listening, telling);
        stopping.Dispose();
    }

    [LoggerMessage(EventId = 4030, Level = LogLevel.Warning, Message =
        "The connection that carries the feed's wake-ups was lost; it is opened again")]
    static partial void ListeningLost(ILogger logger, Exception exception);
}
