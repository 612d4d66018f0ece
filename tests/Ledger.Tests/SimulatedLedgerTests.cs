using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>The database that simulations run on: the same promises, proven by the same tests.</summary>
public sealed class SimulatedLedgerTests : LedgerSuite
{
    protected override Task<ILedgerHome> NewHomeAsync() => Task.FromResult<ILedgerHome>(new SimulatedHome());

    protected override Task<LedgerDatabase> OpenAsync(LedgerOptions options) =>
        Task.FromResult<LedgerDatabase>(SimulatedHome.Open(options));

    protected override TaskCompletionSource? HoldWrites() => SimulatedHome.LinkOf(Options).HoldWrites();

    /// <summary>The records stand under the directories that the options name; each has one link, which wakes all who wait.</summary>
    sealed class SimulatedHome : ILedgerHome
    {
        static readonly System.Collections.Concurrent.ConcurrentDictionary<string, (SimulatedRecord Record, DirectLink Link)> All = new();

        static int last;

        readonly string name = $"simulated-{Interlocked.Increment(ref last)}";

        public SimulatedHome()
        {
            var record = new SimulatedRecord();
            All[name] = (record, new DirectLink(record, TimeProvider.System));
        }

        public LedgerOptions Options => new() { Directory = name };

        public static DirectLink LinkOf(LedgerOptions options) => All[options.Directory].Link;

        public static SimulatedDatabase Open(LedgerOptions options) =>
            new(All[options.Directory].Record, All[options.Directory].Link, options);

        public ValueTask DisposeAsync()
        {
            All.TryRemove(name, out _);
            return ValueTask.CompletedTask;
        }
    }
}
