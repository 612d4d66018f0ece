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
/// the same second; times are whole seconds, rounded up, and stay below 2^24, where single precision is exact.
/// </remarks>
public sealed class SpeedProfile
{
    /// <summary>The last second that the profile describes: day routes may run into the following day.</summary>
    public const int MaxSecond = 48 * 3600;

    // A journey is rounded up to a whole second. Less than this beyond a second is rounding noise of single precision: 2 million metres
    // and 172,800 seconds are told apart to 0.125 m and 0.016 s, and up to nine pieces are added.
    const float RoundingSlack = 0.25f;

    readonly float[] pieceStart;
    readonly float[] pieceLength;
    readonly float[] pieceSpeed;
    readonly float[] pieceOdometer;
    readonly float[] pieceMetres;
    readonly float[] pieceSlowness;

    /// <param name="kilometresPerHourByHour">24 speeds, the first for 00:00 to 01:00; each 1 to 130 km/h.</param>
    /// <exception cref="ArgumentException">Not 24 speeds, or one out of range.</exception>
    public SpeedProfile(IReadOnlyList<double> kilometresPerHourByHour)
    {
        if (kilometresPerHourByHour.Count != 24)
            throw new ArgumentException("A speed profile has 24 hours.", nameof(kilometresPerHourByHour));
        if (kilometresPerHourByHour.Any(speed => speed is not (>= 1 and <= 130)))
            throw new ArgumentException("A speed is between 1 and 130 km/h.", nameof(kilometresPerHourByHour));

        var pieces = new List<(int Start, int End, double Speed)>();
        for (var hour = 0; hour < MaxSecond / 3600; hour++)
        {
            var speed = kilometresPerHourByHour[hour % 24] / 3.6;
            if (pieces.Count > 0 && pieces[^1].Speed == speed) pieces[^1] = (pieces[^1].Start, (hour + 1) * 3600, speed);
            else pieces.Add((hour * 3600, (hour + 1) * 3600, speed));
        }

        pieceStart = [.. pieces.Select(piece => (float)piece.Start)];
        pieceLength = [.. pieces.Select(piece => (float)(piece.End - piece.Start))];
        pieceSpeed = [.. pieces.Select(piece => (float)piece.Speed)];
        pieceSlowness = [.. pieces.Select(piece => (float)(1 / piece.Speed))];
        pieceMetres = new float[pieces.Count];
        pieceOdometer = new float[pieces.Count];
        var odometer = 0.0;
        for (var i = 0; i < pieces.Count; i++)
        {
            pieceOdometer[i] = (float)odometer;
            odometer += (pieces[i].End - pieces[i].Start) * pieces[i].Speed;
            pieceMetres[i] = (float)odometer - pieceOdometer[i];
        }

        // Past the last hour the last speed goes on: the formulas stay monotone for any input.
        pieceLength[^1] = float.MaxValue;
        pieceMetres[^1] = float.MaxValue;
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

    /// <summary>The latest second at which somebody can leave and arrive by <paramref name="bySecond"/>; negative when it is before midnight.</summary>
    /// <remarks>The exact inverse of <see cref="Arrive(int, float)"/>: it answers the largest t for which Arrive(t) is not after it.</remarks>
    public int LatestDeparture(int bySecond, float metres)
    {
        var guess = (int)MathF.Floor(Time(Odometer(bySecond) - metres));
        if (guess < 0) return -1;
        while (guess >= 0 && Arrive(guess, metres) > bySecond) guess--;
        while (Arrive(guess + 1, metres) <= bySecond) guess++;
        return guess;
    }

    /// <summary>As <see cref="Arrive(int, float)"/>, for times that are whole numbers in single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Arrive(float depart, float metres) => MathF.Ceiling(Time(Odometer(depart) + metres) - RoundingSlack);

    /// <summary>As <see cref="Arrive(int, float)"/>, lane by lane, with the same result in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> Arrive(Vector512<float> depart, Vector512<float> metres, int pieces) =>
        Vector512.Ceiling(Time(Odometer(depart, pieces) + metres, pieces) - Vector512.Create(RoundingSlack));

    /// <summary>
    /// How many pieces of the step function matter for arrivals that are compared with times up to <paramref name="second"/>: the pieces
    /// after them add nothing, and an arrival that is cut short by their absence is still later than that.
    /// </summary>
    internal int PiecesUntil(int second)
    {
        var pieces = 1;
        while (pieces < pieceStart.Length && pieceStart[pieces] <= second) pieces++;
        return pieces;
    }

    /// <summary>Metres covered in a second of the working day, 08:00 to 18:00 on average; turns road length into planned minutes.</summary>
    public float DaytimeMetresPerSecond { get; }

    // The pieces after the one that is reached add nothing: leaving them out changes no bit of the sum.
    float Odometer(float second)
    {
        var metres = 0f;
        for (var i = 0; i < pieceStart.Length && second > pieceStart[i]; i++)
            metres += MathF.Min(second - pieceStart[i], pieceLength[i]) * pieceSpeed[i];
        return metres;
    }

    float Time(float odometer)
    {
        var second = 0f;
        for (var i = 0; i < pieceOdometer.Length && odometer > pieceOdometer[i]; i++)
            second += MathF.Min(odometer - pieceOdometer[i], pieceMetres[i]) * pieceSlowness[i];
        return second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector512<float> Odometer(Vector512<float> second, int pieces)
    {
        var metres = Vector512<float>.Zero;
        for (var i = 0; i < pieces; i++)
        {
            var inPiece = Vector512.Min(
                Vector512.Max(second - Vector512.Create(pieceStart[i]), Vector512<float>.Zero), Vector512.Create(pieceLength[i]));
            metres += inPiece * Vector512.Create(pieceSpeed[i]);
        }

        return metres;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector512<float> Time(Vector512<float> odometer, int pieces)
    {
        var second = Vector512<float>.Zero;
        for (var i = 0; i < pieces; i++)
        {
            var inPiece = Vector512.Min(
                Vector512.Max(odometer - Vector512.Create(pieceOdometer[i]), Vector512<float>.Zero), Vector512.Create(pieceMetres[i]));
            second += inPiece * Vector512.Create(pieceSlowness[i]);
        }

        return second;
    }
}
