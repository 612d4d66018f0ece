using System.CommandLine;
using System.Globalization;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Load;

/// <summary>
/// Books, holds, confirms, moves and cancels until it is killed, and writes what it sends and what it is answered: for tests that kill it.
/// A line is <c>&gt;</c> and a command before it is sent, <c>&lt;</c> with key, position and hold when it has its receipt, <c>!</c> with
/// key and reason when
/// it is refused. A command whose outcome is not known is sent again under its key.
/// </summary>
static class LoadProcess
{
    const int Callers = 16;

    /// <summary>Jobs of one caller, and callers of all processes: together they fit in the 31 positive bits of a job's number.</summary>
    const int MaxJobs = 1 << 20;
    const int MaxLoops = 1 << 11;

    /// <summary>How far ahead appointments are made; with <see cref="Town"/> room for some thousand.</summary>
    const int Days = 25;

    /// <summary>The town that the database was settled with.</summary>
    public static readonly Town Town = new(Operatives: 8, Properties: 200);

    /// <summary>Between two attempts while the database is away.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Command Command()
    {
        var connection = new Option<string>("--connection") { DefaultValueFactory = _ => "" };
        var directory = new Option<string>("--directory") { DefaultValueFactory = _ => "" };
        var seed = new Option<int>("--seed");
        var name = new Option<string>("--name") { DefaultValueFactory = _ => "load" };
        var command = new Command("load", "For tests: books until it is killed.") { connection, directory, seed, name };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new LedgerOptions { ConnectionString = parsed.GetValue(connection)!, Directory = parsed.GetValue(directory)! };
            await RunAsync(options, parsed.GetValue(seed), parsed.GetValue(name)!, cancellationToken);
        });
        return command;
    }

    static async Task RunAsync(LedgerOptions options, int seed, string name, CancellationToken cancellationToken)
    {
        var node = await SchedulingNode.StartAsync(options, cancellationToken: cancellationToken);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(caller => Task.Run(() => new Caller(node, output, seed, name, caller).RunAsync(cancellationToken), cancellationToken)));
    }

    sealed class Caller(SchedulingNode node, TextWriter output, int seed, string name, int caller)
    {
        readonly Random random = new((seed * Callers) + caller);
        readonly DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        int sent;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
            {
                // Processes that race for the same diaries have jobs of their own.
                var id = ((((seed * Callers) + caller) % MaxLoops) * MaxJobs) + (number % MaxJobs);
                var job = JobId.Create(NodaTime.LocalDate.FromDateOnly(today), (uint)id);
                var property = 1 + random.Next(Town.Properties);
                if (random.Next(3) == 0)
                {
                    if (await ClaimAsync("Hold", job, property, cancellationToken) is not { Hold: { } hold }) continue;
                    // One hold in three is left to itself.
                    if (random.Next(3) == 0) continue;
                    await SendAsync(new LoadCommand(NextKey(), "Confirm", job, property, today, "AM", hold.Number), cancellationToken);
                }
                else if (await ClaimAsync("Book", job, property, cancellationToken) is null)
                {
                    continue;
                }

                if (random.Next(3) == 0) await ClaimAsync("Move", job, property, cancellationToken);
                // Enough is cancelled that the diaries never fill up.
                if (random.Next(3) > 0)
                    await SendAsync(new LoadCommand(NextKey(), "Cancel", job, property, today, "AM", 0), cancellationToken);
            }
        }

        Task<Receipt?> ClaimAsync(string verb, JobId job, int property, CancellationToken cancellationToken) => SendAsync(
            new LoadCommand(NextKey(), verb, job, property, today.AddDays(1 + random.Next(Days)), random.Next(2) == 0 ? "AM" : "PM", 0),
            cancellationToken);

        async Task<Receipt?> SendAsync(LoadCommand command, CancellationToken cancellationToken)
        {
            await output.WriteLineAsync($"> {command}");
            while (true)
            {
                try
                {
                    var answer = await command.SendAsync(node);
                    await output.WriteLineAsync(answer.Receipt is { } receipt
                        ? string.Create(CultureInfo.InvariantCulture, $"< {command.Key}\t{receipt.Position}\t{receipt.Hold?.Number ?? 0}")
                        : $"! {command.Key}\t{answer.Refusal!.Reason}");
                    return answer.Receipt;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The database is away; what became of the command is not known.
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }
            }
        }

        string NextKey() => string.Create(CultureInfo.InvariantCulture, $"{name}-{caller}-{++sent}");
    }
}
