using System.Text.Json.Serialization;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Import;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Hosting;

/// <summary>How far this process is from being able to book.</summary>
public enum StartPhase
{
    None = 0,

    /// <summary>Diaries and registry are being read.</summary>
    Loading = 1,

    /// <summary>The demonstration is being imported.</summary>
    Importing = 2,

    /// <summary>The first start is over.</summary>
    Started = 3,

    /// <summary>The demonstration could not be imported; the log says why.</summary>
    ImportFailed = 4,
}

/// <summary>One thing that has to be well.</summary>
/// <param name="Degraded">Work goes on, and something about it is not as it should be.</param>
/// <param name="LagSeconds">How far behind it is, when it is degraded by that.</param>
public sealed record ReadinessCheck(
    string Name,
    bool Ok,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Degraded = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? LagSeconds = null);

/// <summary>What the process still waits for; read by the health endpoint and by the page that is shown until then.</summary>
public sealed class Readiness(IFeed feed, RegistryCache registry, AvailabilityService availability)
{
    /// <summary>Longest wait for the ledger's answer.</summary>
    static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(2);

    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    Task<FeedLag>? under;
    volatile ImportProgress? progress;
    volatile int phase = (int)StartPhase.Loading;

    public StartPhase Phase
    {
        get => (StartPhase)phase;
        internal set
        {
            phase = (int)value;
            if (value is StartPhase.Started or StartPhase.ImportFailed) started.TrySetResult();
        }
    }

    /// <summary>Completes when the first start is over, well or not.</summary>
    public Task WhenStarted => started.Task;

    /// <summary>Where the demonstration's import has got to.</summary>
    public ImportProgress? Progress
    {
        get => progress;
        internal set => progress = value;
    }

    /// <summary>Whether callers are known, and diaries are there to book in; asks nobody.</summary>
    public bool IsLoaded => registry.IsLoaded && availability.Ready.IsCompletedSuccessfully;

    /// <summary>Whether pages can be shown; asks nobody.</summary>
    public bool IsStarted =>
        Phase is StartPhase.Started or StartPhase.ImportFailed && IsLoaded;

    public async Task<IReadOnlyList<ReadinessCheck>> CheckAsync(CancellationToken cancellationToken) =>
    [
        .. await LedgerAsync(cancellationToken),
        new("registry", registry.IsLoaded, registry.IsLoaded ? "loaded" : "not loaded yet"),
        availability.Ready.IsCompletedSuccessfully
            ? new("index", true, "loaded")
            : new("index", false, "diaries are being loaded"),
        Phase switch
        {
            StartPhase.Started => new("start", true, "done"),
            StartPhase.ImportFailed => new("start", false, "the demonstration could not be imported; the log says why"),
            StartPhase.Importing => new("start", false, Progress is { } at
                ? $"importing the demonstration: {at.File}, {at.Rows} rows"
                : "importing the demonstration"),
            _ => new("start", false, "loading"),
        },
    ];

    async Task<IReadOnlyList<ReadinessCheck>> LedgerAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Left and not cancelled: a question that is taken back while its connection is taken apart can end the process. So whoever
            // asks next waits for the same one.
            Task<FeedLag> asking;
            lock (gate) asking = under = under is { IsCompleted: false } ? under : AskAsync();
            var lag = await asking.WaitAsync(LedgerPatience, cancellationToken);
            return [new("ledger", true, "reachable, schema up to date"), Of(lag)];
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The failure may name hosts and users; the log has it, this answer does not.
            return [new("ledger", false, "the database does not answer")];
        }
    }

    async Task<FeedLag> AskAsync()
    {
        await feed.HeadAsync(CancellationToken.None);
        return await feed.LagAsync(CancellationToken.None);
    }

    /// <summary>Bookings go on without what the feed would bring; those that need it are refused with the reason.</summary>
    static ReadinessCheck Of(FeedLag lag) => lag.IsAlarming
        ? new("feed", true, lag.Reason ?? "behind", Degraded: true, (long)lag.Behind.TotalSeconds)
        : new("feed", true, "up to date");
}
