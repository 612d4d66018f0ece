using NodaTime;

namespace OrleansScheduling.Ledger;

/// <summary>How far the feed is behind what is committed.</summary>
/// <param name="Behind">How long the oldest entry that is committed and cannot be shown yet has waited; zero when there is none.</param>
/// <param name="Reason">What holds it back, in words for an operator that tell nothing secret; null when nothing does.</param>
/// <param name="Holder">Whose doing it is, as far as the database tells; for the log alone.</param>
public sealed record FeedLag(Duration Behind, string? Reason = null, string? Holder = null)
{
    /// <summary>
    /// From here on it is told to operators: as long as a claim waits for what the feed is to bring before it is refused, and far longer
    /// than a batch takes.
    /// </summary>
    public static readonly Duration Alarming = Duration.FromSeconds(5);

    public static readonly FeedLag None = new(Duration.Zero);

    public bool IsAlarming => Behind >= Alarming;
}
