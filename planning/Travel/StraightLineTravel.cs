using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansScheduling.Planning.Travel;

/// <summary>
/// Straight line × road factor. The chord through the ground is used for the arc over it: over 100 km they differ by 1 m.
/// </summary>
public sealed class StraightLineTravel : ITravel
{
    /// <summary>
    /// Road length over straight line. 1.3 to 1.4 is usual in towns (Boscoe, Henry and Zdeb, A nationwide comparison of driving distance
    /// versus straight-line distance to hospitals, The Professional Geographer 64, 2012: 1.417 on average).
    /// </summary>
    public const double DefaultRoadFactor = 1.4;

    readonly float roadFactor;

    /// <exception cref="ArgumentOutOfRangeException">A road factor below 1 or above 5.</exception>
    public StraightLineTravel(double roadFactor, SpeedProfile profile)
    {
        if (!(roadFactor is >= 1 and <= 5))
            throw new ArgumentOutOfRangeException(nameof(roadFactor), roadFactor, "A road factor is between 1 and 5.");
        this.roadFactor = (float)roadFactor;
        Profile = profile;
    }

    public static readonly StraightLineTravel Default = new(DefaultRoadFactor, SpeedProfile.UrbanDefault);

    public SpeedProfile Profile { get; }

    public bool IsSymmetric => true;

    public TravelBasis BasisAt(GroundPoint point) => TravelBasis.StraightLine;

    public float RoadMetres(GroundPoint from, GroundPoint to)
    {
        // Squares do not depend on the sign, so there and back agree to the last bit.
        var dx = to.X - from.X;
        var dy = to.Y - from.Y;
        var dz = to.Z - from.Z;
        return MathF.Sqrt((dx * dx) + (dy * dy) + (dz * dz)) * roadFactor;
    }

    public void RoadMetresFrom(GroundPoint from, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres)
    {
        var i = 0;
        for (; i <= x.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            RoadMetres(from, Vector512.Create(x[i..]), Vector512.Create(y[i..]), Vector512.Create(z[i..])).CopyTo(metres[i..]);
        for (; i < x.Length; i++) metres[i] = RoadMetres(from, new GroundPoint(x[i], y[i], z[i]));
    }

    /// <remarks>A straight line is as long there as back.</remarks>
    public void RoadMetresTo(GroundPoint to, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres) =>
        RoadMetresFrom(to, x, y, z, metres);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> RoadMetres(GroundPoint point, Vector512<float> x, Vector512<float> y, Vector512<float> z)
    {
        var dx = x - Vector512.Create(point.X);
        var dy = y - Vector512.Create(point.Y);
        var dz = z - Vector512.Create(point.Z);
        return Vector512.Sqrt((dx * dx) + (dy * dy) + (dz * dz)) * Vector512.Create(roadFactor);
    }
}
