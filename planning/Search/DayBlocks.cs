using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>Writes a day's gaps into blocks, so that readers who come meanwhile see either the old day or the new one.</summary>
internal static unsafe class DayBlocks
{
    /// <summary>Most blocks of one day: each holds at least one gap.</summary>
    public const int MaxPerDay = Gap.MaxPerDay;

    /// <param name="dayNumber">Days since 1970.</param>
    /// <param name="day">Null for a day on which the operative does not work.</param>
    /// <returns>False when there was no further block for some of the day's gaps.</returns>
    public static bool Write(GapSlab slab, GapBlock* head, int dayNumber, DiaryDay? day, ITravel travel)
    {
        Span<Gap> gaps = stackalloc Gap[Gap.MaxFor(day)];
        var count = day?.Gaps(gaps) ?? 0;
        Volatile.Write(ref head->Version, unchecked(head->Version + 1));
        // Nothing below may be seen before the version is odd.
        Interlocked.MemoryBarrier();
        for (var index = head->Next; index >= 0;)
        {
            var next = slab.FurtherAt(index)->Next;
            slab.Release(index);
            index = next;
        }

        head->Clear();
        head->Day = dayNumber;
        var isWhole = day is null || WriteDay(slab, head, day, travel, gaps[..count]);
        Volatile.Write(ref head->Version, unchecked(head->Version + 1));
        return isWhole;
    }

    static bool WriteDay(GapSlab slab, GapBlock* head, DiaryDay day, ITravel travel, Span<Gap> gaps)
    {
        (head->WorkStart, head->WorkEnd) = (day.Bounds.Day.Start, day.Bounds.Day.End);
        (head->WorkingSeconds, head->FreeSeconds) = (day.Bounds.Day.WorkingSeconds, day.FreeSeconds);
        foreach (ref readonly var gap in gaps)
            head->WidestSeconds = Math.Max(head->WidestSeconds, gap.ArriveBy - gap.Ready - gap.PauseAfter.Seconds);

        var (first, end) = travel.Profile.PiecesOf(day.Bounds.Day.Start, day.Bounds.Day.End);
        (head->FirstPiece, head->EndPiece) = ((byte)first, (byte)end);
        var block = head;
        var rest = gaps;
        while (rest.Length > 0)
        {
            var taken = Gather(rest);
            WriteBlock(block, rest[..taken], travel.Profile);
            if (travel is INumberedTravel numbered) WriteNumbers(block, rest[..taken], numbered);
            else WriteCoordinates(block, rest[..taken]);
            rest = rest[taken..];
            if (rest.Length == 0) return true;
            var next = slab.Take();
            if (next < 0) return false;

            slab.FurtherAt(next)->Clear();
            block->Next = next;
            block = slab.FurtherAt(next);
        }

        return true;
    }

    /// <summary>
    /// Brings gaps that go into one block to the front, and answers how many: its lanes and nodes are limited, and it knows one run of
    /// pauses.
    /// </summary>
    static int Gather(Span<Gap> gaps)
    {
        PauseRun? pauses = null;
        var (count, firstNode) = (0, gaps[0].Node);
        for (var i = 0; i < gaps.Length && count < GapBlock.Lanes; i++)
        {
            var gap = gaps[i];
            if (gap.Node + 1 - firstNode >= GapBlock.Lanes) break;
            if (gap.PauseAfter.Seconds > 0)
            {
                if (pauses is { } known && known != gap.PauseAfter) continue;
                pauses = gap.PauseAfter;
            }

            // What is passed over moves behind, in its order: the gaps stay sorted by node.
            gaps[count..i].CopyTo(gaps[(count + 1)..]);
            gaps[count++] = gap;
        }

        return count;
    }

    static void WriteBlock(GapBlock* block, ReadOnlySpan<Gap> gaps, SpeedProfile profile)
    {
        for (var lane = 0; lane < gaps.Length; lane++)
        {
            ref readonly var gap = ref gaps[lane];
            var before = gap.Node - gaps[0].Node;
            block->Before[lane] = (byte)before;
            (block->Ready[lane], block->DoneBy[lane], block->Metres[lane]) =
                (gap.Ready, gap.ArriveBy - gap.PauseAfter.Seconds, gap.Metres);
            block->ReadyOdometer[lane] = profile.Odometer(gap.Ready);
            block->OdometerBy[lane] = lane > 0 && gap.ArriveBy == gaps[lane - 1].ArriveBy
                ? block->OdometerBy[lane - 1]
                : profile.OdometerBy(gap.ArriveBy);
            if (gap.PauseAfter.Seconds == 0) continue;
            block->PauseLanes |= (ushort)(1 << lane);
            (block->PauseFrom, block->PauseFreeBy, block->PauseSeconds) =
                (gap.PauseAfter.From, gap.PauseAfter.FreeBy, gap.PauseAfter.Seconds);
        }
    }
    static void WriteCoordinates(GapBlock* block, ReadOnlySpan<Gap> gaps)
    {
        foreach (ref readonly var gap in gaps)
        {
            var before = gap.Node - gaps[0].Node;
            (block->X[before], block->Y[before], block->Z[before]) = gap.Before;
            (block->X[before + 1], block->Y[before + 1], block->Z[before + 1]) = gap.After;
        }
    }

    /// <summary>Numbers in place of coordinates: whoever looks places up has no use for the latter.</summary>
    static void WriteNumbers(GapBlock* block, ReadOnlySpan<Gap> gaps, INumberedTravel travel)
    {
        var numbers = (int*)block->X;
        foreach (ref readonly var gap in gaps)
        {
            var before = gap.Node - gaps[0].Node;
            numbers[before] = travel.NumberOf(gap.Before);
            numbers[before + 1] = travel.NumberOf(gap.After);
        }
    }
}
