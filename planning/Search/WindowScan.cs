using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>A window on one day, as bounds on the start of work in seconds of that day; both are included.</summary>
internal readonly record struct StartWindow(float Earliest, float Latest);

/// <summary>What one operative's day says about one window.</summary>
internal struct WindowHit
{
    /// <summary>Least road metres added, or infinity when the work does not fit.</summary>
    public float Metres;

    /// <summary>The work would fit if nobody had to travel to it.</summary>
    public bool HasTime;

    /// <summary>The work fits, but only in the share that is kept for emergencies.</summary>
    public bool OnlyReserve;
}

/// <summary>
/// Checks all gaps of an operative's day against all windows of that day, sixteen gaps at a time, by the same arithmetic as
/// <see cref="DiaryDay"/>, so that both give the same answer to the second.
/// </summary>
internal readonly unsafe struct WindowScan(ITravel travel, GroundPoint point, int sharePercent, int pieces)
{
    /// <summary>Most windows of one day.</summary>
    public const int MaxWindows = 16;

    /// <param name="seconds">Time on site for this operative.</param>
    /// <param name="setOffAfter">On the day itself, the present.</param>
    /// <param name="hits">One for each window.</param>
    public void Day(GapSlab slab, int first, int seconds, int setOffAfter, ReadOnlySpan<StartWindow> windows, Span<WindowHit> hits)
    {
        ref var head = ref slab[first];
        while (true)
        {
            var version = Volatile.Read(ref head.Version);
            if ((version & 1) == 0)
            {
                hits.Fill(new WindowHit { Metres = float.PositiveInfinity });
                Blocks(slab, first, seconds, setOffAfter, windows, hits);
                Volatile.ReadBarrier();
                if (head.Version == version) return;
            }

            // Written meanwhile: the writer holds a lock for about a microsecond and never waits inside.
            Thread.Yield();
        }
    }

    void Blocks(GapSlab slab, int first, int seconds, int setOffAfter, ReadOnlySpan<StartWindow> windows, Span<WindowHit> hits)
    {
        ref var head = ref slab[first];
        var maxMetres = DiaryDay.MaxAddedMetres(head.FreeSeconds, head.WorkingSeconds, sharePercent, seconds, travel.Profile);
        var index = first;
        // The count bounds the walk over links that a writer may be changing.
        for (var i = 0; i < DayBlocks.MaxPerDay && index >= 0; i++)
        {
            ref var block = ref slab[index];
            Block(ref block, seconds, setOffAfter, maxMetres, windows, hits);
            index = block.Next;
        }
    }

    void Block(
        ref GapBlock block, int seconds, int setOffAfter, float maxMetres, ReadOnlySpan<StartWindow> windows, Span<WindowHit> hits)
    {
        var before = Vector512.LoadUnsafe(ref block.Before[0]);
        var (toNew, fromNew) = Lengths(ref block, before);
        var ready = Vector512.Max(Vector512.LoadUnsafe(ref block.Ready[0]), Vector512.Create((float)setOffAfter));
        var arriveBy = Vector512.LoadUnsafe(ref block.ArriveBy[0]);
        var added = toNew + fromNew - Vector512.LoadUnsafe(ref block.Metres[0]);
        var arrival = travel.Profile.Arrive(ready, toNew, pieces);
        var stay = Vector512.Create((float)seconds);

        for (var i = 0; i < windows.Length; i++)
        {
            var earliest = Vector512.Create(windows[i].Earliest);
            var latest = Vector512.Create(windows[i].Latest);
            var startNoTravel = Vector512.Max(ready, earliest);
            var hasTime = Vector512.LessThanOrEqual(startNoTravel, latest)
                & Vector512.LessThanOrEqual(startNoTravel + stay, arriveBy);
            // Travel only makes it later: without time there is nothing to look at.
            if (hasTime.ExtractMostSignificantBits() == 0) continue;
            hits[i].HasTime = true;

            var start = Vector512.Max(arrival, earliest);
            var fits = Vector512.LessThanOrEqual(start, latest);
            var free = AfterPause(ref block, start + stay, ref fits);
            fits &= Vector512.LessThanOrEqual(travel.Profile.Arrive(free, fromNew, pieces), arriveBy);
            var price = Vector512.ConditionalSelect(fits, added, Vector512.Create(float.PositiveInfinity));
            var cheapest = Least(price);
            if (cheapest > maxMetres) hits[i].OnlyReserve |= cheapest < float.PositiveInfinity;
            else if (cheapest < hits[i].Metres) hits[i].Metres = cheapest;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    (Vector512<float> ToNew, Vector512<float> FromNew) Lengths(ref GapBlock block, Vector512<int> before)
    {
        Span<float> lengths = stackalloc float[GapBlock.Lanes];
        var x = new ReadOnlySpan<float>(Unsafe.AsPointer(ref block.X[0]), GapBlock.Lanes);
        var y = new ReadOnlySpan<float>(Unsafe.AsPointer(ref block.Y[0]), GapBlock.Lanes);
        var z = new ReadOnlySpan<float>(Unsafe.AsPointer(ref block.Z[0]), GapBlock.Lanes);
        travel.RoadMetresTo(point, x, y, z, lengths);
        var to = Vector512.Create((ReadOnlySpan<float>)lengths);
        if (!travel.IsSymmetric) travel.RoadMetresFrom(point, x, y, z, lengths);
        var from = Vector512.Create((ReadOnlySpan<float>)lengths);
        return (Vector512.Shuffle(to, before), Vector512.Shuffle(from, before + Vector512<int>.One));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> AfterPause(ref GapBlock block, Vector512<float> finish, ref Vector512<float> fits)
    {
        if (block.PauseLanes == 0) return finish;
        var lanes = Vector512.Create(block.PauseLanes) & LaneBits;
        var pausing = Vector512.Equals(lanes, LaneBits).AsSingle();
        var start = Vector512.Max(finish, Vector512.Create(block.PauseFrom));
        fits &= Vector512.LessThanOrEqual(finish, Vector512.Create(block.PauseFreeBy)) | ~pausing;
        return Vector512.ConditionalSelect(pausing, start + Vector512.Create(block.PauseSeconds), finish);
    }

    static readonly Vector512<int> LaneBits = Vector512.Create(
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Least(Vector512<float> values)
    {
        var eight = Vector256.Min(values.GetLower(), values.GetUpper());
        var four = Vector128.Min(eight.GetLower(), eight.GetUpper());
        var two = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Min(two[0], two[1]);
    }
}
