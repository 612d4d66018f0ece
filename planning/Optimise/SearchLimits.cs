namespace OrleansScheduling.Planning.Optimise;

/// <summary>How long to search. At least one of the limits is given; whichever comes first ends the search, and a stop may come
/// sooner.</summary>
/// <param name="Time">Time by the clock; null: no limit.</param>
/// <param name="Moves">Changes tried; null: no limit. With the same seed and no other limit the plan is always the same.</param>
/// <param name="Seed">Where the random numbers start.</param>
public sealed record SearchLimits(TimeSpan? Time = null, long? Moves = null, ulong Seed = 1)
{
    /// <summary>The clock by which the time is measured.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// First temperature, as a share of the usual one: from a plan that is good already a short search gets further when it begins cool.
    /// </summary>
    public double Heat { get; init; } = 1;

    /// <summary>Least time between two reports of progress.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Where a search stands.</summary>
/// <param name="Moves">Changes tried so far.</param>
/// <param name="Share">Share of the limit used up, 0 to 1.</param>
/// <param name="Best">Score of the best plan so far.</param>
public readonly record struct SearchProgress(long Moves, double Share, Score Best);

/// <summary>How much of its limits a search has used.</summary>
internal sealed class SearchBudget(SearchLimits limits, CancellationToken stop)
{
    // Reading the clock takes as long as a small part of a move; a move takes some microseconds.
    const int MovesBetweenReadings = 32;

    readonly long start = limits.Clock.GetTimestamp();
    TimeSpan nextReport = limits.ReportEvery;
    int untilReading;

    public long Moves { get; private set; }

    /// <summary>Share of the limit used up; 1 and more: it is time to stop.</summary>
    public double Share { get; private set; }

    /// <summary>Whether it is time to report; asking sets the clock back.</summary>
    public bool IsReportDue
    {
        get
        {
            if (Elapsed < nextReport) return false;
            nextReport = Elapsed + limits.ReportEvery;
            return true;
        }
    }

    public double Heat => limits.Heat;

    public TimeSpan Elapsed => limits.Clock.GetElapsedTime(start);

    /// <summary>Counts a move.</summary>
    /// <returns>Whether the share was brought up to date.</returns>
    public bool Count()
    {
        Moves++;
        if (--untilReading > 0) return false;
        Read();
        return true;
    }

    public void Read()
    {
        untilReading = MovesBetweenReadings;
        var byTime = limits.Time is { } time ? Elapsed / time : 0;
        var byMoves = limits.Moves is { } moves ? (double)Moves / moves : 0;
        Share = stop.IsCancellationRequested ? 1 : Math.Max(byTime, byMoves);
        if (limits.Moves is { } most) untilReading = (int)Math.Clamp(most - Moves, 1, MovesBetweenReadings);
    }
}
