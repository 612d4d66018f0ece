using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansScheduling.Planning.Search;

/// <summary>
/// The blocks of all operatives: the first of each day at a fixed place, an operative's days side by side; the further ones of crowded days
/// apart. It grows by chunks that never move. One writer at a time (the index holds its lock); any number of readers, who check a
/// day's version before and after.
/// </summary>
internal sealed unsafe class GapSlab(int days)
{
    const int OperativesPerChunk = 16;
    const int FurtherPerChunk = 1024;

    /// <summary>Half a gigabyte of further blocks: more than a million days with more than 16 gaps.</summary>
    const int MaxFurtherChunks = 1024;

    // Keeps the chunks alive; the tables hold their addresses.
    readonly List<byte[]> memory = [];
    readonly Stack<int> released = new();
    nint[] first = [];
    nint[] further = [];
    int furtherUsed;

    /// <summary>Bytes that the blocks take up.</summary>
    public long Bytes => memory.Sum(chunk => (long)chunk.Length);

    /// <summary>The first block of an operative's first ring day; the others follow it. Valid as long as the slab is reachable.</summary>
    public GapBlock* FirstOf(int slot) =>
        (GapBlock*)Volatile.Read(ref first)[slot / OperativesPerChunk] + ((slot % OperativesPerChunk) * days);

    /// <summary>A further block; null when it is so new that the reader cannot have read its index from a finished day.</summary>
    public GapBlock* FurtherAt(int index)
    {
        var table = Volatile.Read(ref further);
        return index / FurtherPerChunk < table.Length ? (GapBlock*)table[index / FurtherPerChunk] + (index % FurtherPerChunk) : null;
    }

    /// <summary>Makes room for operatives in the slots up to a number.</summary>
    public void EnsureSlot(int slot)
    {
        while (slot / OperativesPerChunk >= first.Length) Volatile.Write(ref first, [.. first, NewChunk(OperativesPerChunk * days)]);
    }

    /// <summary>An unused further block; -1 when the slab holds as many as it may.</summary>
    public int Take()
    {
        if (released.TryPop(out var index)) return index;
        if (furtherUsed == further.Length * FurtherPerChunk)
        {
            if (further.Length == MaxFurtherChunks) return -1;
            Volatile.Write(ref further, [.. further, NewChunk(FurtherPerChunk)]);
        }

        return furtherUsed++;
    }

    public void Release(int index) => released.Push(index);

    nint NewChunk(int blocks)
    {
        var chunk = GC.AllocateUninitializedArray<byte>(checked((blocks * GapBlock.Bytes) + GapBlock.CacheLine), pinned: true);
        memory.Add(chunk);
        var start = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(chunk)) + GapBlock.CacheLine - 1) & ~(nint)(
            GapBlock.CacheLine - 1);
        for (var i = 0; i < blocks; i++)
        {
            var block = (GapBlock*)start + i;
            block->Version = 0;
            block->Clear();
        }

        return start;
    }
}
