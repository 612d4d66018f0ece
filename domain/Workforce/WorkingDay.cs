using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>A pause in seconds of the day: it starts at or after <paramref name="Earliest"/> and not after
/// <paramref name="LatestStart"/>.</summary>
/// <remarks>A piece of absence inside a shift is a pause that cannot float: both bounds are the same.</remarks>
public readonly record struct Pause(int Earliest, int LatestStart, int Seconds);

/// <summary>One operative's working day, in seconds of its <see cref="DayClock"/>.</summary>
/// <param name="Start">When the operative sets off from the start place.</param>
/// <param name="End">When the operative is back at the end place; may lie on the next day.</param>
/// <param name="Pauses">Breaks and pieces of absence, in the order in which they are taken.</param>
/// <exception cref="ArgumentException">
/// It does not end after its start, has too many pauses, or one that lies outside it or cannot be taken after the one before.
/// </exception>
public sealed record WorkingDay(int Start, int End, IReadOnlyList<Pause> Pauses)
{
    /// <summary>Most pauses that one day holds; each further piece of absence makes the day end before it.</summary>
    public const int MaxPauses = 4;

    public int Start { get; } = Start;

    public int End { get; } = End;

    public IReadOnlyList<Pause> Pauses { get; } = Checked(Start, End, Pauses);

    /// <summary>Seconds in which visits and travel find room.</summary>
    public int WorkingSeconds
    {
        get
        {
            var pauses = 0;
            foreach (var pause in Pauses) pauses += pause.Seconds;
            return End - Start - pauses;
        }
    }

    static IReadOnlyList<Pause> Checked(int start, int end, IReadOnlyList<Pause> pauses)
    {
        Rule.Holds(end > start, "WorkingDay.End", end, $"it is after the start, {start}");
        Rule.AtMost(pauses, MaxPauses, "WorkingDay.Pauses");
        var free = start;
        foreach (var pause in pauses)
        {
            free = Math.Max(free, pause.Earliest);
            Rule.Holds(
                pause.Seconds > 0 && pause.Earliest >= start && free <= pause.LatestStart && free + pause.Seconds <= end,
                "WorkingDay.Pauses",
                pause,
                $"a pause lies within the day, {start} to {end}, and can be taken after the one before");
            free += pause.Seconds;
        }

        return pauses;
    }
}
