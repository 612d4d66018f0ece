using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Asks all the time whether the database answers: those who only read find no silence by themselves, since a report may take longer than
/// anybody waits for a command; and whether it is over must not hang on somebody's coming.
/// </summary>
sealed partial class Heartbeat(NpgsqlDataSource source, AnswerLimit limit, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    readonly CancellationTokenSource stopping = new();
    Task beating = Task.CompletedTask;

    public void Start() => beating = Task.Run(BeatAsync, CancellationToken.None);

    async Task BeatAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            // In silence the limit makes the pause: it waits a second for the one question that is asked.
            if (await IsSilentAsync()) continue;
            // Whoever finds silence in the meantime may have lost one connection only: that is asked at once.
            using var waking = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, limit.NextSilence);
            Task pause = Task.Delay(Pause, time, waking.Token);
            await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> IsSilentAsync()
    {
        try
        {
            await limit.WaitAsync(AskAsync, cancellationToken: CancellationToken.None);
            return false;
        }
        catch (LedgerUnavailableException unheard)
        {
            return unheard.IsSilence;
        }
        catch (NpgsqlException)
        {
            // A refusal is an answer.
            return false;
        }
        catch (Exception failure)
        {
            // Such as that of a connection that is taken apart at the moment: it goes on beating.
            LogMissed(logger, failure);
            return false;
        }
    }

    async Task<object?> AskAsync(CancellationToken stop)
    {
        await using var command = source.CreateCommand("SELECT 1");
        return await command.ExecuteScalarAsync(stop);
    }

    [LoggerMessage(EventId = 4050, Level = LogLevel.Warning, Message = "Whether the database answers could not be asked")]
    static partial void LogMissed(ILogger logger, Exception failure);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await beating;
        stopping.Dispose();
    }
}
