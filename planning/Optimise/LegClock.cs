using System.Runtime.CompilerServices;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Turns ways into times. A struct, so that the search is compiled once for each kind and calls nothing.</summary>
internal interface ILegClock
{
    int Arrive(int depart, int way);

    /// <summary>The latest departure that still arrives by a time.</summary>
    int LatestDeparture(int by, int way);
}

/// <summary>A way takes as long at any hour.</summary>
internal readonly struct FixedClock : ILegClock
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Arrive(int depart, int way) => unchecked(depart + way);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LatestDeparture(int by, int way) => unchecked(by - way);
}

/// <summary>A way takes as long as the speeds of its hours make it.</summary>
internal readonly struct HourlyClock(SpeedProfile profile) : ILegClock
{
    public int Arrive(int depart, int way) => profile.Arrive(depart, BitConverter.Int32BitsToSingle(way));

    public int LatestDeparture(int by, int way)
    {
        if (by < 0) return Times.TooLate;
        var departure = profile.LatestDeparture(by, BitConverter.Int32BitsToSingle(way));
        return departure < 0 ? Times.TooLate : departure;
    }
}

/// <summary>Bounds of times. Far enough from the ends of the integers that adding a few of them never overflows.</summary>
internal static class Times
{
    public const int Never = int.MaxValue / 4;

    public const int TooLate = int.MinValue / 4;
}
