using System.Runtime.Intrinsics;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Bench.Search;

/// <summary>
/// The lower bound: all gaps of all diaries in flat arrays, driven at one constant speed, scanned for each window without asking who may do
/// the work,
/// how many could, which pauses are due, or whether somebody writes meanwhile.
/// </summary>
sealed unsafe class FlatScan
{
    const float SecondsPerMetre = 1 / 7f;
    readonly float[][] columns;
    readonly int[] dayStarts;

    public FlatScan(Town town, int days)
    {
        var rows = new List<float[]>();
        dayStarts = new int[days + 1];
        Span<Gap> gaps = stackalloc Gap[Gap.MaxPerDay];
        for (var i = 0; i < days; i++)
        {
            foreach (var operative in town.Operatives)
            {
                var count = town.Index.Day(operative.Id, Town.Today.PlusDays(i))?.Gaps(gaps) ?? 0;
                foreach (ref readonly var gap in gaps[..count])
                {
                    rows.Add([gap.Ready, gap.ArriveBy, gap.Metres, gap.Before.X, gap.Before.Y, gap.Before.Z, gap.After.X, gap.After.Y,
                        gap.After.Z]);
                }
            }

            while (rows.Count % Vector512<float>.Count != 0) rows.Add([float.MaxValue, 0, 0, 0, 0, 0, 0, 0, 0]);
            dayStarts[i + 1] = rows.Count;
        }

        columns = [.. Enumerable.Range(0, 9).Select(column => rows.Select(row => row[column]).ToArray())];
    }

    public int Gaps => columns[0].Length;

    /// <summary>The least metres for the morning and the afternoon of each day.</summary>
    public void Scan(GroundPoint point, float seconds, Span<float> best)
    {
        var (x, y, z) = (Vector512.Create(point.X), Vector512.Create(point.Y), Vector512.Create(point.Z));
        var factor = Vector512.Create((float)StraightLineTravel.DefaultRoadFactor);
        var pace = Vector512.Create(SecondsPerMetre);
        var stay = Vector512.Create(seconds);
        fixed (float* ready = columns[0], by = columns[1], metres = columns[2], bx = columns[3], by1 = columns[4], bz = columns[5],
            ax = columns[6], ay = columns[7], az = columns[8])
        {
            for (var day = 0; day + 1 < dayStarts.Length; day++)
            {
                var (am, pm) = (Vector512.Create(float.PositiveInfinity), Vector512.Create(float.PositiveInfinity));
                for (var i = dayStarts[day]; i < dayStarts[day + 1]; i += Vector512<float>.Count)
                {
                    var to = Length(Vector512.Load(bx + i) - x, Vector512.Load(by1 + i) - y, Vector512.Load(bz + i) - z) * factor;
                    var from = Length(Vector512.Load(ax + i) - x, Vector512.Load(ay + i) - y, Vector512.Load(az + i) - z) * factor;
                    var arrival = Vector512.Load(ready + i) + (to * pace);
                    var leave = Vector512.Load(by + i) - (from * pace) - stay;
                    var added = to + from - Vector512.Load(metres + i);
                    am = Vector512.MinNative(am, Price(arrival, leave, added, 8 * 3600, 12 * 3600));
                    pm = Vector512.MinNative(pm, Price(arrival, leave, added, 12 * 3600, 17 * 3600));
                }

                (best[2 * day], best[(2 * day) + 1]) = (Least(am), Least(pm));
            }
        }
    }

    static Vector512<float> Length(Vector512<float> dx, Vector512<float> dy, Vector512<float> dz) =>
        Vector512.Sqrt((dx * dx) + (dy * dy) + (dz * dz));

    static Vector512<float> Price(Vector512<float> arrival, Vector512<float> leave, Vector512<float> added, float earliest, float end)
    {
        var start = Vector512.MaxNative(arrival, Vector512.Create(earliest));
        var fits = Vector512.LessThan(start, Vector512.Create(end)) & Vector512.LessThanOrEqual(start, leave);
        return Vector512.ConditionalSelect(fits, added, Vector512.Create(float.PositiveInfinity));
    }

    static float Least(Vector512<float> values)
    {
        var least = float.PositiveInfinity;
        for (var lane = 0; lane < Vector512<float>.Count; lane++) least = MathF.Min(least, values[lane]);
        return least;
    }
}
