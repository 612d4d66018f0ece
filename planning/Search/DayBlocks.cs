using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.Search;

/// <summary>Writes a day's gaps into blocks, so that readers who come meanwhile see either the old day or the new one.</summary>
internal static class DayBlocks
{
    /// <summary>Most blocks of one day: each holds at least one gap more than the nodes before it.</summary>
    public const int MaxPerDay = Gap.MaxPerDay;

    /// <param name="day">Null for a day on which the operative does not work.</param>
    /// <returns>False when the slab has no room for the day's further blocks; the day is then left empty, which offers nothing.</returns>
    public static unsafe bool Write(GapSlab slab, int first, DiaryDay? day)
    {
        Span<Gap> gaps = stackalloc Gap[Gap.MaxPerDay];
        var count = day?.Gaps(gaps) ?? 0;
        ref var head = ref slab[first];
        Volatile.Write(ref head.Version, unchecked(head.Version + 1));
        // Nothing below may be seen before the version is odd.
        Interlocked.MemoryBarrier();
        for (var index = head.Next; index >= 0;)
        {
            var next = slab[index].Next;
            slab.Release(index);
            index = next;
        }

        head.Clear();
        var fits = day is null || WriteGaps(slab, first, day, gaps[..count]);
        Volatile.Write(ref head.Version, unchecked(head.Version + 1));
        return fits;
    }

    static unsafe bool WriteGaps(GapSlab slab, int first, DiaryDay day, ReadOnlySpan<Gap> gaps)
    {
        ref var head = ref slab[first];
        head.WorkingSeconds = day.Bounds.Day.WorkingSeconds;
        head.FreeSeconds = day.FreeSeconds;
        var block = first;
        var rest = gaps;
        while (rest.Length > 0)
        {
            var taken = Fitting(rest);
            WriteBlock(ref slab[block], rest[..taken]);
            rest = rest[taken..];
            if (rest.Length == 0) break;
            if (!slab.HasRoomFor(1)) return false;
            var next = slab.Take();
            slab[next].Clear();
            slab[block].Next = next;
            block = next;
        }

        return true;
    }

    /// <summary>How many of the gaps go into one block: its lanes and nodes are limited, and it knows one pause.</summary>
    static int Fitting(ReadOnlySpan<Gap> gaps)
    {
        PauseRun? pause = null;
        var count = 0;
        foreach (ref readonly var gap in gaps)
        {
            if (count == GapBlock.Lanes || gap.Node + 1 - gaps[0].Node >= GapBlock.Lanes) break;
            if (gap.PauseAfter.Seconds > 0)
            {
                if (pause is { } known && known != gap.PauseAfter) break;
                pause = gap.PauseAfter;
            }

            count++;
        }

        return count;
    }

    static unsafe void WriteBlock(ref GapBlock block, ReadOnlySpan<Gap> gaps)
    {
        for (var lane = 0; lane < gaps.Length; lane++)
        {
            ref readonly var gap = ref gaps[lane];
            var before = gap.Node - gaps[0].Node;
            (block.X[before], block.Y[before], block.Z[before]) = gap.Before;
            (block.X[before + 1], block.Y[before + 1], block.Z[before + 1]) = gap.After;
            block.Before[lane] = before;
            (block.Ready[lane], block.ArriveBy[lane], block.Metres[lane]) = (gap.Ready, gap.ArriveBy, gap.Metres);
            if (gap.PauseAfter.Seconds == 0) continue;
            block.PauseLanes |= 1 << lane;
            (block.PauseFrom, block.PauseFreeBy, block.PauseSeconds) =
                (gap.PauseAfter.From, gap.PauseAfter.FreeBy, gap.PauseAfter.Seconds);
        }
    }
}
