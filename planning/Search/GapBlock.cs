using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.Search;

/// <summary>
/// One operative's day as a vector reads it: up to 16 nodes and 16 gaps, lane by lane, in eight cache lines. A day that needs more goes on
/// in the block that <see cref="Next"/> names.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct GapBlock
{
    public const int Lanes = 16;
    public const int Bytes = 512;

    /// <summary>In place of a gap that is not there: nobody is ever ready.</summary>
    public const float NoGap = RouteTimes.Never;

    // Nodes: where the route passes.
    public fixed float X[Lanes];
    public fixed float Y[Lanes];
    public fixed float Z[Lanes];

    // Gaps: see Diaries.Gap. Before is a lane of the nodes above; the node after the gap is in the lane behind it.
    public fixed float Ready[Lanes];
    public fixed float ArriveBy[Lanes];
    public fixed float Metres[Lanes];
    public fixed int Before[Lanes];

    /// <summary>Odd while the block or one behind it is being written. Only the first block's counts.</summary>
    public int Version;

    /// <summary>Index of the block that goes on, or -1.</summary>
    public int Next;

    /// <summary>A bit for each gap whose inserted stop is followed by the pause below.</summary>
    public int PauseLanes;
    public float PauseFrom;
    public float PauseFreeBy;
    public float PauseSeconds;
    public int FreeSeconds;
    public int WorkingSeconds;

    public void Clear()
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            Ready[lane] = NoGap;
            ArriveBy[lane] = 0;
            Metres[lane] = 0;
            (X[lane], Y[lane], Z[lane]) = (0, 0, 0);
            Before[lane] = 0;
        }

        (Next, PauseLanes, PauseFrom, PauseFreeBy, PauseSeconds) = (-1, 0, 0, 0, 0);
        (FreeSeconds, WorkingSeconds) = (0, 0);
    }
}

/// <summary>
/// Blocks side by side: the first of each operative's day at a fixed place, the further ones of crowded days behind them. One writer at a
/// time (the index holds its lock); any number of readers, who check a block's version before and after.
/// </summary>
internal sealed unsafe class GapSlab
{
    readonly byte[] memory;
    readonly GapBlock* blocks;
    readonly Stack<int> free = new();
    int used;

    public GapSlab(int firstBlocks, int furtherBlocks)
    {
        FirstBlocks = firstBlocks;
        Capacity = firstBlocks + furtherBlocks;
        used = firstBlocks;
        memory = GC.AllocateUninitializedArray<byte>(checked((Capacity * GapBlock.Bytes) + 64), pinned: true);
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        blocks = (GapBlock*)((start + 63) & ~(nint)63);
        for (var i = 0; i < Capacity; i++)
        {
            blocks[i].Version = 0;
            blocks[i].Clear();
        }
    }

    public int FirstBlocks { get; }

    public int Capacity { get; }

    /// <summary>The block; valid as long as this slab is reachable.</summary>
    public ref GapBlock this[int index] => ref blocks[index];

    /// <summary>Whether a day with so many further blocks could still be written.</summary>
    public bool HasRoomFor(int further) => Capacity - used + free.Count >= further;

    public int Take() => free.Count > 0 ? free.Pop() : used++;

    public void Release(int index) => free.Push(index);
}
