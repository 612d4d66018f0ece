namespace OrleansScheduling.Api.Pages;

/// <summary>One visit on the board.</summary>
/// <param name="StartMinute">Minutes of the day, by wall clock, for the drawing.</param>
public sealed record BoardVisit(
    string Job, string Times, string Promised, string What, string Where, bool IsHeld, bool IsFurther, int StartMinute, int Minutes);

/// <summary>One operative's day.</summary>
public sealed record BoardRow(int Operative, string Name, string Trades, string Patch, string? Shift, IReadOnlyList<BoardVisit> Visits)
{
    /// <summary>The drawing runs from 6am to 10pm; what lies outside is cut off, the list has it whole.</summary>
    public const int FirstMinute = 6 * 60;

    public const int LastMinute = 22 * 60;

    public static int Left(BoardVisit visit) => Math.Clamp(visit.StartMinute, FirstMinute, LastMinute) - FirstMinute;

    public static int Width(BoardVisit visit) =>
        Math.Max(4, Math.Clamp(visit.StartMinute + visit.Minutes, FirstMinute, LastMinute) - FirstMinute - Left(visit));
}
