using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>A window on one day, as bounds on the start of work in seconds of that day; both are included.</summary>
internal readonly record struct StartWindow(int Earliest, int Latest);

/// <summary>What one operative's day says about one window.</summary>
internal struct WindowHit
{
    /// <summary>Least road metres added, or infinity when the work does not fit.</summary>
    public float Metres;

    /// <summary>The operative works at some time in the window.</summary>
    public bool Works;

    /// <summary>The work would fit if nobody had to travel to it.</summary>
    public bool HasTime;

    /// <summary>The work fits, but only in the share that has to stay free.</summary>
    public bool OnlyKept;
}

/// <summary>
/// Checks all gaps of an operative's day against all windows of that day, sixteen gaps at a time, by the same arithmetic as
/// <see cref="DiaryDay"/>, so that both give the same answer to the second.
/// </summary>
internal sealed unsafe class WindowScan(ITravel travel, GroundPoint point) : IDisposable
{
    /// <summary>Most windows of one day.</summary>
    public const int MaxWindows = 16;

    readonly SpeedProfile profile = travel.Profile;
    readonly StraightLineTravel? straight = travel as StraightLineTravel;
    readonly TravelStar? star = (travel as INumberedTravel)?.Around(point);
    readonly bool isSymmetric = travel.IsSymmetric;

    public void Dispose() => star?.Dispose();

    /// <param name="seconds">Time on site for this operative.</param>
    /// <param name="keptPercent">The share of the operative's day that has to stay free.</param>
    /// <param name="answers">What is known of the windows so far: where somebody can do it, nobody asks why another cannot.</param>
    /// <param name="hits">One for each window of the day.</param>
    /// <returns>False when the block shows another day by now: nothing is answered then.</returns>
    public bool Day(
        GapSlab slab, GapBlock* head, int seconds, int keptPercent, in ScanDay day, ReadOnlySpan<NeedAnswer> answers, Span<WindowHit> hits)
    {
        while (true)
        {
            var version = Volatile.Read(ref head->Version);
            if ((version & 1) == 0)
            {
                var isThatDay = head->Day == day.Number;
                if (isThatDay) Blocks(slab, head, seconds, keptPercent, day, answers, hits);
                Volatile.ReadBarrier();
                if (head->Version == version) return isThatDay;
            }

            // Written meanwhile: the writer holds a lock for about a microsecond and never waits inside.
            Thread.Yield();
        }
    }

    [SkipLocalsInit]
    void Blocks(
        GapSlab slab, GapBlock* head, int seconds, int keptPercent, in ScanDay day, ReadOnlySpan<NeedAnswer> answers, Span<WindowHit> hits)
    {
        for (var i = 0; i < hits.Length; i++)
        {
            // Field by field: a whole record is put together on the stack and read back before its parts have arrived there.
            ref var hit = ref hits[i];
            hit.Metres = float.PositiveInfinity;
            hit.Works = head->WorkStart <= day.Starts[i].Latest && day.Starts[i].Earliest < head->WorkEnd;
            hit.HasTime = answers[i].Operatives > 0;
            hit.OnlyKept = false;
        }

        if (head->WidestSeconds < seconds) return;
        var maxMetres = keptPercent == 0 ? float.PositiveInfinity
            : DiaryDay.MaxAddedMetres(head->FreeSeconds, head->WorkingSeconds, keptPercent, seconds, profile);
        var block = head;
        // The count bounds the walk over links that a writer may be changing.
        for (var i = 0; i < DayBlocks.MaxPerDay; i++)
        {
            Block(block, head->FirstPiece, head->EndPiece, seconds, maxMetres, day, hits);
            if (block->Next < 0 || (block = slab.FurtherAt(block->Next)) is null) return;
        }
    }

    /// <remarks>Compiled for speed at once: not optimised, each vector's operation is a call, and a process that has just started has
    /// bookings waiting.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Block(GapBlock* block, int firstPiece, int endPiece, int seconds, float maxMetres, in ScanDay day, Span<WindowHit> hits)
    {
        var ready = Vector512.MaxNative(Vector512.Load(block->Ready), Vector512.Create((float)day.SetOffAfter));
        var doneBy = Vector512.Load(block->DoneBy);
        var stay = Vector512.Create((float)seconds);
        // Travel only makes it later: where there is no time without it, there is nothing to look at.
        var isWideEnough = Vector512.LessThanOrEqual(ready + stay, doneBy);
        var lanes = isWideEnough.ExtractMostSignificantBits();
        if (lanes == 0) return;

        var (toNew, fromNew) = Lengths(block, lanes);
        var pace = Vector512.Create(profile.LeastSecondsPerMetre(firstPiece, endPiece));
        var doneInTime = doneBy + Vector512.Create(HurryMargin) - (fromNew * pace);
        var isPossible = Vector512.LessThanOrEqual(ready + stay + (toNew * pace), doneInTime);
        var canArrive = isPossible.ExtractMostSignificantBits() != 0;
        var arrival = !canArrive ? default
            : profile.ArrivalAt(toNew + (day.SetOffAfter == 0 ? Vector512.Load(block->ReadyOdometer)
                : profile.Odometer(ready, firstPiece, endPiece)),
                firstPiece, endPiece);
        for (var i = 0; i < hits.Length; i++)
        {
            ref var hit = ref hits[i];
            var earliest = Vector512.Create((float)day.Starts[i].Earliest);
            var latest = Vector512.Create((float)day.Starts[i].Latest);
            if (!hit.HasTime)
            {
                var startNoTravel = Vector512.MaxNative(ready, earliest);
                var hasTime = Vector512.LessThanOrEqual(startNoTravel, latest)
                    & Vector512.LessThanOrEqual(startNoTravel + stay, doneBy);
                AfterPauses(block, startNoTravel + stay, ref hasTime);
                hit.HasTime = hasTime.ExtractMostSignificantBits() != 0;
            }

            if (!canArrive) continue;
            var start = Vector512.MaxNative(arrival, earliest);
            var fits = Vector512.LessThanOrEqual(start, latest) & Vector512.LessThanOrEqual(start + stay, doneInTime);
            if (fits.ExtractMostSignificantBits() == 0) continue;
            var free = AfterPauses(block, start + stay, ref fits);
            fits &= Vector512.LessThanOrEqual(profile.Odometer(free, firstPiece, endPiece) + fromNew, Vector512.Load(block->OdometerBy));
            var added = toNew + fromNew - Vector512.Load(block->Metres);
            var cheapest = Least(Vector512.ConditionalSelect(fits, added, Vector512.Create(float.PositiveInfinity)));
            if (cheapest > maxMetres) hit.OnlyKept |= cheapest < float.PositiveInfinity;
            else if (cheapest < hit.Metres) hit.Metres = cheapest;
        }
    }

    // Seconds by which single precision may reckon a journey at full speed too long.
    const float HurryMargin = 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    (Vector512<float> ToNew, Vector512<float> FromNew) Lengths(GapBlock* block, ulong lanes)
    {
        if (straight is null) return LengthsByRoad(block, lanes);
        var before = Widened(Vector128.Load(block->Before));
        var both = straight.RoadMetres(point, Vector512.Load(block->X), Vector512.Load(block->Y), Vector512.Load(block->Z));
        return (Vector512.ShuffleNative(both, before), Vector512.ShuffleNative(both, before + Vector512<int>.One));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    (Vector512<float> ToNew, Vector512<float> FromNew) LengthsByRoad(GapBlock* block, ulong lanes)
    {
        if (star is not null) return LengthsByStar(block, lanes);
        var before = Widened(Vector128.Load(block->Before));
        var lengths = stackalloc float[GapBlock.Lanes];
        var x = new ReadOnlySpan<float>(block->X, GapBlock.Lanes);
        var y = new ReadOnlySpan<float>(block->Y, GapBlock.Lanes);
        var z = new ReadOnlySpan<float>(block->Z, GapBlock.Lanes);
        travel.RoadMetresTo(point, x, y, z, new Span<float>(lengths, GapBlock.Lanes));
        var to = Vector512.Load(lengths);
        if (!isSymmetric) travel.RoadMetresFrom(point, x, y, z, new Span<float>(lengths, GapBlock.Lanes));
        return (Vector512.ShuffleNative(to, before), Vector512.ShuffleNative(Vector512.Load(lengths), before + Vector512<int>.One));
    }

    /// <param name="lanes">A bit for each gap that is asked about; the others are infinitely far.</param>
    (Vector512<float> ToNew, Vector512<float> FromNew) LengthsByStar(GapBlock* block, ulong lanes)
    {
        var numbers = (int*)block->X;
        var before = stackalloc int[GapBlock.Lanes];
        var after = stackalloc int[GapBlock.Lanes];
        for (var lane = 0; lane < GapBlock.Lanes; lane++)
        {
            // A block that is being written may name a node behind its last.
            var node = Math.Min((int)block->Before[lane], GapBlock.Lanes - 2);
            var isAsked = (lanes >> lane & 1) != 0;
            (before[lane], after[lane]) = isAsked ? (numbers[node], numbers[node + 1]) : (-1, -1);
        }

        var to = stackalloc float[GapBlock.Lanes];
        var from = stackalloc float[GapBlock.Lanes];
        star!.RoadMetresTo(new ReadOnlySpan<int>(before, GapBlock.Lanes), new Span<float>(to, GapBlock.Lanes));
        star.RoadMetresFrom(new ReadOnlySpan<int>(after, GapBlock.Lanes), new Span<float>(from, GapBlock.Lanes));
        return (Vector512.Load(to), Vector512.Load(from));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Widened(Vector128<byte> lanes)
    {
        var (lower, upper) = Vector128.Widen(lanes);
        var (first, second) = Vector256.Widen(Vector256.Create(lower, upper));
        return Vector512.Create(first, second).AsInt32();
    }

    /// <summary>When the operative can leave; lanes whose pauses can no longer be had drop out of <paramref name="fits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> AfterPauses(GapBlock* block, Vector512<float> finish, ref Vector512<float> fits)
    {
        if (block->PauseLanes == 0) return finish;
        var pausing = Vector512.Equals(Vector512.Create((int)block->PauseLanes) & LaneBits, LaneBits).AsSingle();
        fits &= Vector512.LessThanOrEqual(finish, Vector512.Create(block->PauseFreeBy)) | ~pausing;
        var rested = Vector512.MaxNative(finish, Vector512.Create(block->PauseFrom)) + Vector512.Create(block->PauseSeconds);
        return Vector512.ConditionalSelect(pausing, rested, finish);
    }

    static readonly Vector512<int> LaneBits = Vector512.Create(
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Least(Vector512<float> values)
    {
        var eight = Vector256.MinNative(values.GetLower(), values.GetUpper());
        var four = Vector128.MinNative(eight.GetLower(), eight.GetUpper());
        var two = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
