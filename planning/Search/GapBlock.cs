using System.Runtime.InteropServices;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.Search;

/// <summary>
/// One operative's day as a vector reads it: up to 16 nodes and 16 gaps, lane by lane, in nine cache lines. A day that needs more goes on
/// in the block that <see cref="Next"/> names. The first line alone tells whether a day has room at all.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct GapBlock
{
    public const int Lanes = 16;
    public const int Bytes = 9 * CacheLine;
    public const int CacheLine = 64;

    /// <summary>In place of a gap that is not there: nobody is ever ready.</summary>
    public const float NoGap = RouteTimes.Never;

    /// <summary>Odd while the block or one behind it is being written. Only the first block's counts.</summary>
    [FieldOffset(0)] public int Version;

    /// <summary>Index of the further block that goes on, or -1.</summary>
    [FieldOffset(4)] public int Next;

    /// <summary>The day that the first block shows, in days since 1970: a ring of days is written over as time goes on.</summary>
    [FieldOffset(8)] public int Day;

    /// <summary>The working day's bounds; both 0 on a day off. First block only.</summary>
    [FieldOffset(12)] public int WorkStart;
    [FieldOffset(16)] public int WorkEnd;
    [FieldOffset(20)] public int FreeSeconds;
    [FieldOffset(24)] public int WorkingSeconds;

    /// <summary>Seconds from ready to arrive-by in the widest gap of the day, less its pauses: longer work needs no further look.</summary>
    [FieldOffset(28)] public int WidestSeconds;

    /// <summary>A bit for each gap of this block whose inserted stop is followed by the pauses below.</summary>
    [FieldOffset(32)] public ushort PauseLanes;

    /// <summary>The pieces of the speed profile that the day lies in.</summary>
    [FieldOffset(34)] public byte FirstPiece;
    [FieldOffset(35)] public byte EndPiece;
    [FieldOffset(36)] public float PauseFrom;
    [FieldOffset(40)] public float PauseFreeBy;
    [FieldOffset(44)] public float PauseSeconds;

    /// <summary>For each gap the lane of the node before it; the node after it is in the lane behind.</summary>
    [FieldOffset(48)] public fixed byte Before[Lanes];

    // Gaps: see Diaries.Gap. DoneBy is when the node after has to be reached, less the pauses before setting off.
    // The odometer at the time of being ready, and its largest reading that is still in time at the node after.
    [FieldOffset(1 * CacheLine)] public fixed float Ready[Lanes];
    [FieldOffset(2 * CacheLine)] public fixed float DoneBy[Lanes];
    [FieldOffset(3 * CacheLine)] public fixed float Metres[Lanes];
    [FieldOffset(4 * CacheLine)] public fixed float ReadyOdometer[Lanes];
    [FieldOffset(5 * CacheLine)] public fixed float OdometerBy[Lanes];

    // Nodes: where the route passes. For travel that looks places up, their numbers as whole numbers in X, and nothing in the others.
    [FieldOffset(6 * CacheLine)] public fixed float X[Lanes];
    [FieldOffset(7 * CacheLine)] public fixed float Y[Lanes];
    [FieldOffset(8 * CacheLine)] public fixed float Z[Lanes];

    public void Clear()
    {
        var version = Version;
        this = default;
        (Version, Next) = (version, -1);
        for (var lane = 0; lane < Lanes; lane++) Ready[lane] = NoGap;
    }
}
