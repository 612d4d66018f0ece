using System.Globalization;
using NodaTime;
using Orleans.Runtime;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>How a call ended, as its caller sees it.</summary>
enum CallOutcome
{
    None = 0,
    Answered = 1,

    /// <summary>Whether it was carried out is not known.</summary>
    Unknown = 2,
}

/// <summary>The callers' side: requests to the processes over a network that loses, delays and repeats them, and retries under one
/// key.</summary>
sealed class Office(SimulatedWorld world, Faults faults, SimulatedProcess desk, Func<IReadOnlyList<SimulatedNode>> nodes)
{
    /// <summary>As long as a person waits.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    const int MaxAttempts = 3;

    int lastKey;

    public List<SentCommand> Commands { get; } = [];

    /// <summary>Exceptions that no caller should ever see.</summary>
    public List<string> Surprises { get; } = [];

    public string NewKey() => string.Create(CultureInfo.InvariantCulture, $"key-{++lastKey}");

    public Task PauseAsync(TimeSpan least, TimeSpan most) => desk.Clock.PassAsync(world.DrawTime(least, most));

    /// <summary>One that answers callers; there will be one.</summary>
    async ValueTask<SimulatedNode> NodeAsync()
    {
        while (true)
        {
            var serving = nodes().Where(node => node.IsServing).ToList();
            if (serving.Count > 0) return serving[world.Draw(serving.Count)];
            await PauseAsync(Pause, Pause);
        }
    }

    /// <summary>Sends a command until it is answered, or given up.</summary>
    public async Task<CommandAnswer?> CarryOutAsync(SentCommand command)
    {
        Commands.Add(command);
        command.FirstSentAt = world.Now;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (attempt > 0) await PauseAsync(Pause, 4 * Pause);
            if (await SendAsync(command) is { } answer) return answer;
        }

        return null;
    }

    /// <summary>Null: the outcome is not known.</summary>
    public async Task<CommandAnswer?> SendAsync(SentCommand command)
    {
        var node = await NodeAsync();
        if (world.IsTold) world.Tell($"caller → {node.Process.Name}: {command.What} ({command.Key})");
        var (outcome, told) = await CallAsync(node, async asked =>
        {
            var wasCarriedOut = command.IsCarriedOut;
            var answered = await command.Send(asked);
            command.UnderWay--;
            command.IsCarriedOut |= answered.Receipt is not null;
            return new Told(answered, wasCarriedOut);
        }, () => command.UnderWay++);
        if (outcome != CallOutcome.Answered) return null;
        Note(command, told!);
        return told!.Answer;
    }

    /// <param name="WasCarriedOut">Whether a process had carried the command out before this one began to look at it.</param>
    sealed record Told(CommandAnswer Answer, bool WasCarriedOut);

    void Note(SentCommand command, Told told)
    {
        var answer = told.Answer;
        var text = answer.Receipt is { } done ? $"{done.Event} at {done.Position}" : answer.Refusal!.Text;
        if (world.IsTold) world.Tell($"caller ← {command.Key}: {text}");
        if (answer.Receipt is { } receipt)
        {
            if (command.Receipt is { } before && before.Position != receipt.Position)
                Surprises.Add($"{command.Key} was answered with the receipts {before.Position} and {receipt.Position}.");
            if (command.IsRefused) Surprises.Add($"{command.Key} was refused for good, and then carried out at {receipt.Position}.");
            if (command.Receipt is null) command.AnsweredAt = world.Now;
            command.Receipt = receipt;
        }
        else if (command.Receipt is not null)
        {
            Surprises.Add($"{command.Key} was carried out at {command.Receipt.Position} and then refused: {answer.Refusal!.Text}");
        }
        else if (command.UnderWay == 0 && command.IsCarriedOut == told.WasCarriedOut)
        {
            // Otherwise an attempt that was sent before was carried out while this refusal was decided or on its way.
            command.IsRefused = true;
        }
    }

    /// <summary>Asks a process; null when no answer comes.</summary>
    public async Task<T?> AskAsync<T>(Func<SimulatedNode, Task<T>> call)
        where T : class
    {
        var node = await NodeAsync();
        return (await CallAsync(node, call, () => { })).Answer;
    }

    Task<(CallOutcome Outcome, T? Answer)> CallAsync<T>(
        SimulatedNode node, Func<SimulatedNode, Task<T>> call, Action sent)
        where T : class
    {
        var answer = new TaskCompletionSource<(CallOutcome, T?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.After(Patience, () => answer.TrySetResult((CallOutcome.Unknown, null)));
        if (!faults.IsLost()) Deliver();
        if (faults.IsRepeated()) Deliver();
        return answer.Task;

        void Deliver()
        {
            sent();
            world.After(faults.Way(), () => node.Process.Run(async () =>
            {
                var (outcome, value) = await TryAsync(node, call);
                if (!faults.IsLost()) world.After(faults.Way(), () => answer.TrySetResult((outcome, value)));
            }));
        }
    }

    async Task<(CallOutcome, T?)> TryAsync<T>(SimulatedNode node, Func<SimulatedNode, Task<T>> call)
        where T : class
    {
        try
        {
            return (CallOutcome.Answered, await call(node));
        }
        catch (Exception failure) when (failure is LedgerUnavailableException or TimeoutException or SiloUnavailableException)
        {
            return (CallOutcome.Unknown, null);
        }
        catch (Exception failure)
        {
            Surprises.Add($"{node.Process.Name} threw {failure}");
            return (CallOutcome.Unknown, null);
        }
    }

    public Instant Now => Instant.FromDateTimeOffset(world.UtcNow);
}
