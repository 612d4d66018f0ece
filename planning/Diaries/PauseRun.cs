using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>
/// Pauses taken one straight after the other, waiting between them where one may not start yet. Whoever is free at a time t, not after
/// <paramref name="FreeBy"/>, has had them all at max(t, <paramref name="From"/>) + <paramref name="Seconds"/>.
/// </summary>
/// <param name="Seconds">The pauses together, without waiting; 0 for no pause at all.</param>
internal readonly record struct PauseRun(int From, int FreeBy, int Seconds)
{
    /// <summary>No pause: had at any time, in no time.</summary>
    public static readonly PauseRun None = new(0, RouteTimes.Never, 0);

    /// <summary>This run and then one pause more; null when that pause can never be reached in time.</summary>
    public PauseRun? Then(Pause pause)
    {
        // A run always ends at max(t, From) + Seconds; the pause starts there or at its earliest, whichever is later.
        if (From + Seconds > pause.LatestStart) return null;
        return new PauseRun(
            Math.Max(From, pause.Earliest - Seconds),
            Math.Min(FreeBy, pause.LatestStart - Seconds),
            Seconds + pause.Seconds);
    }

    /// <summary>When the run has been had by somebody who is free at a time that is not after <see cref="FreeBy"/>.</summary>
    public int EndFrom(int free) => Math.Max(free, From) + Seconds;

    /// <summary>The latest time of being free from which the run has been had by a time.</summary>
    public int LatestFree(int by) => From + Seconds > by ? RouteTimes.TooLate : Math.Min(FreeBy, by - Seconds);
}
