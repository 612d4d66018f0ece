using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansScheduling.Planning.Travel;

/// <summary>
/// Speed on the road by time of day, as a step function, and what follows from it: when somebody who leaves at one time arrives, and when
/// somebody who must be there by a time has to leave.
/// </summary>
/// <remarks>
/// A journey goes on through a change of speed at the new speed (Ichoua, Gendreau and Potvin, Vehicle dispatching with time-dependent
/// travel times, EJOR 144, 2003), so that leaving later never means arriving earlier. With the road that is covered since midnight as a
/// function of time, the odometer, a journey of length d that starts at t ends at odometer⁻¹(odometer(t) + d).
/// Every step of the arithmetic is in single precision and in the same order for one journey and for a vector of them, so that both give
/// the same second; times are whole seconds, rounded up when a quarter second or more is over, and stay below 2^24, where single precision
/// is exact.
/// </remarks>
public sealed class SpeedProfile
{
    /// <summary>The last second that the profile describes: day routes may run into the following day.</summary>
    public const int MaxSecond = 48 * 3600;

    // A journey is rounded up to a whole second. Less than this beyond a second is rounding noise of single precision: 2 million metres
    // and 172,800 seconds are told apart to 0.125 m and 0.016 s, and up to nine pieces are added.
    const float RoundingSlack = 0.25f;

    readonly Piece[] pieces;

    /// <param name="Start">Second of the day at which it begins.</param>
    /// <param name="Length">Seconds.</param>
    /// <param name="Speed">Metres a second.</param>
    /// <param name="Odometer">Its reading at the start.</param>
    /// <param name="Metres">Driven in the whole piece.</param>
    /// <param name="Slowness">Seconds a metre.</param>
    readonly record struct Piece(float Start, float Length, float Speed, float Odometer, float Metres, float Slowness);

    // What the pieces before one add up to, added in the order in which a vector adds them.
    readonly float[] metresBefore;
    readonly float[] secondsBefore;
    readonly int[] pieceOfHour;

    // For each piece, the least slowness from it to each other one.
    readonly float[] leastSlowness;

    /// <param name="kilometresPerHourByHour">24 speeds, the first for 00:00 to 01:00; each 1 to 130 km/h.</param>
    /// <exception cref="ArgumentException">Not 24 speeds, or one out of range.</exception>
    public SpeedProfile(IReadOnlyList<double> kilometresPerHourByHour)
    {
        if (kilometresPerHourByHour.Count != 24)
            throw new ArgumentException("A speed profile has 24 hours.", nameof(kilometresPerHourByHour));
        if (kilometresPerHourByHour.Any(speed => speed is not (>= 1 and <= 130)))
            throw new ArgumentException("A speed is between 1 and 130 km/h.", nameof(kilometresPerHourByHour));

        var steps = new List<(int Start, int End, double Speed)>();
        for (var hour = 0; hour < MaxSecond / 3600; hour++)
        {
            var speed = kilometresPerHourByHour[hour % 24] / 3.6;
            if (steps.Count > 0 && steps[^1].Speed == speed) steps[^1] = (steps[^1].Start, (hour + 1) * 3600, speed);
            else steps.Add((hour * 3600, (hour + 1) * 3600, speed));
        }

        pieces = new Piece[steps.Count];
        var odometer = 0.0;
        for (var i = 0; i < pieces.Length; i++)
        {
            var (start, end, speed) = steps[i];
            var from = (float)odometer;
            odometer += (end - start) * speed;
            pieces[i] = new Piece(start, end - start, (float)speed, from, (float)odometer - from, (float)(1 / speed));
        }

        // Past the last hour the last speed goes on: the formulas stay monotone for any input.
        pieces[^1] = pieces[^1] with { Length = float.MaxValue, Metres = float.MaxValue };
        metresBefore = new float[pieces.Length];
        secondsBefore = new float[pieces.Length];
        for (var i = 1; i < pieces.Length; i++)
        {
            metresBefore[i] = metresBefore[i - 1] + (pieces[i - 1].Length * pieces[i - 1].Speed);
            secondsBefore[i] = secondsBefore[i - 1] + (pieces[i - 1].Metres * pieces[i - 1].Slowness);
        }

        leastSlowness = new float[pieces.Length * pieces.Length];
        for (var first = 0; first < pieces.Length; first++)
        {
            var least = float.PositiveInfinity;
            for (var last = first; last < pieces.Length; last++)
                leastSlowness[(first * pieces.Length) + last] = least = Math.Min(least, pieces[last].Slowness);
        }

        pieceOfHour = [.. Enumerable.Range(0, MaxSecond / 3600).Select(hour => steps.FindLastIndex(step => step.Start <= hour * 3600))];
        DaytimeMetresPerSecond = (Odometer(18 * 3600f) - Odometer(8 * 3600f)) / (10 * 3600f);
    }

    /// <summary>
    /// A plain assumption for a British town: 36 km/h at night, 22 in the morning and afternoon rush, 28 between them. A deployment
    /// sets its own.
    /// </summary>
    public static readonly SpeedProfile UrbanDefault = new(
        [36, 36, 36, 36, 36, 36, 36, 22, 22, 28, 28, 28, 28, 28, 28, 22, 22, 22, 36, 36, 36, 36, 36, 36]);

    /// <summary>When somebody who leaves at <paramref name="departSecond"/> arrives; a journey of length 0 takes no time.</summary>
    /// <param name="metres">Road length, not negative.</param>
    public int Arrive(int departSecond, float metres) => (int)Arrive((float)departSecond, metres);

    /// <summary>The latest second at which somebody can leave and arrive by <paramref name="bySecond"/>; -1 when it is before
    /// midnight.</summary>
    /// <remarks>The exact inverse of <see cref="Arrive(int, float)"/>: it answers the largest t for which Arrive(t) is not after
    /// it.</remarks>
    public int LatestDeparture(int bySecond, float metres)
    {
        var by = OdometerBy(bySecond);
        var guess = (int)Time(by - metres);
        while (guess >= 0 && Odometer(guess) + metres > by) guess--;
        while (Odometer(guess + 1) + metres <= by) guess++;
        return guess;
    }

    /// <summary>As <see cref="Arrive(int, float)"/>, for times that are whole numbers in single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Arrive(float depart, float metres) => MathF.Ceiling(Time(Odometer(depart) + metres) - RoundingSlack);

    /// <summary>The largest reading of the odometer at which it is not later than a second, by the rounding of
    /// <see cref="Arrive(int, float)"/>.</summary>
    internal float OdometerBy(int second)
    {
        var reading = Odometer(second + RoundingSlack);
        while (Time(reading) - RoundingSlack > second) reading = MathF.BitDecrement(reading);
        while (Time(MathF.BitIncrement(reading)) - RoundingSlack <= second) reading = MathF.BitIncrement(reading);
        return reading;
    }

    /// <summary>When a journey ends at which the odometer reads so much, lane by lane, with the same result as for one.</summary>
    /// <param name="first">The pieces before it lie wholly in the past of every lane: see <see cref="PiecesOf"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> ArrivalAt(Vector512<float> odometer, int first, int end)
    {
        var second = Vector512.Create(secondsBefore[first]);
        foreach (ref readonly var piece in pieces.AsSpan(first..Math.Max(first, end)))
        {
            var inPiece = Vector512.MinNative(
                Vector512.MaxNative(odometer - Vector512.Create(piece.Odometer), Vector512<float>.Zero), Vector512.Create(piece.Metres));
            second += inPiece * Vector512.Create(piece.Slowness);
        }

        return Vector512.Ceiling(second - Vector512.Create(RoundingSlack));
    }

    /// <summary>The odometer at whole seconds, lane by lane, with the same result as for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> Odometer(Vector512<float> second, int first, int end)
    {
        var metres = Vector512.Create(metresBefore[first]);
        foreach (ref readonly var piece in pieces.AsSpan(first..Math.Max(first, end)))
        {
            var inPiece = Vector512.MinNative(
                Vector512.MaxNative(second - Vector512.Create(piece.Start), Vector512<float>.Zero), Vector512.Create(piece.Length));
            metres += inPiece * Vector512.Create(piece.Speed);
        }

        return metres;
    }

    /// <summary>
    /// The pieces of the step function that matter within a working day. Those before it count whole. Those after it add nothing; an
    /// arrival
    /// that is cut short by their absence is still later than the day's end.
    /// </summary>
    internal (int First, int End) PiecesOf(int dayStart, int dayEnd)
    {
        // A minute of margin: at the very border rounding could tell the two sides apart.
        const int Margin = 60;
        var first = PieceAt(Math.Max(0, dayStart - Margin));
        var end = first + 1;
        while (end < pieces.Length && pieces[end].Start <= dayEnd) end++;
        return (first, end);
    }

    /// <summary>The slowness of the fastest of some pieces: within them no journey takes less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float LeastSecondsPerMetre(int first, int end) => leastSlowness[(first * pieces.Length) + end - 1];

    /// <summary>Metres covered in a second of the working day, 08:00 to 18:00 on average; turns road length into planned minutes.</summary>
    public float DaytimeMetresPerSecond { get; }

    internal float Odometer(float second)
    {
        var piece = PieceAt((int)second);
        return metresBefore[piece] + (Math.Max(second - pieces[piece].Start, 0) * pieces[piece].Speed);
    }

    float Time(float odometer)
    {
        var piece = 0;
        while (piece + 1 < pieces.Length && odometer > pieces[piece + 1].Odometer) piece++;
        ref readonly var there = ref pieces[piece];
        return secondsBefore[piece] + (MathF.Min(MathF.Max(odometer - there.Odometer, 0), there.Metres) * there.Slowness);
    }

    int PieceAt(int second) => pieceOfHour[Math.Clamp(second / 3600, 0, pieceOfHour.Length - 1)];
}
