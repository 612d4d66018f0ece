using System.Collections.Concurrent;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Roads;

/// <summary>The places that were asked about, each with a number and where it joins the network. Any number of threads may ask.</summary>
sealed class PlaceBook(RoadNetwork network)
{
    /// <summary>Most places: 200 MiB of them. More homes than the largest landlords have together.</summary>
    public const int MaxPlaces = 2_000_000;

    readonly Lock writing = new();
    readonly ConcurrentDictionary<GroundPoint, int> numbers = new();
    Entry[] entries = new Entry[256];
    int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>How often a place could not be numbered because the book was full.</summary>
    public long Refused => Interlocked.Read(ref refused);

    long refused;

    public int NumberOf(GroundPoint point) => numbers.TryGetValue(point, out var number) ? number : Add(point);

    public ref readonly Entry this[int number] => ref Volatile.Read(ref entries)[number];

    int Add(GroundPoint point)
    {
        var spot = network.Locate(point.ToPlace());
        lock (writing)
        {
            if (numbers.TryGetValue(point, out var known)) return known;
            if (count == MaxPlaces)
            {
                Interlocked.Increment(ref refused);
                return -1;
            }

            if (count == entries.Length)
            {
                var longer = new Entry[Math.Min(MaxPlaces, count * 2)];
                entries.CopyTo(longer, 0);
                Volatile.Write(ref entries, longer);
            }

            entries[count] = new Entry(point, spot ?? default, spot is not null);
            Volatile.Write(ref count, count + 1);
            numbers[point] = count - 1;
            return count - 1;
        }
    }

    /// <param name="IsNearRoad">False when no road is near: then there is no spot.</param>
    public readonly record struct Entry(GroundPoint Point, RoadSpot Spot, bool IsNearRoad);
}
