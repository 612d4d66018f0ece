using System.Collections.Concurrent;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Travel over a road network. A length is the time of the fastest way by day, turned into metres at the profile's mean speed by day; so
/// the
/// profile makes it slower in the rush and faster at night, and leaving later never means arriving earlier. Where a place has no road near,
/// or there is no way, the straight line stands in.
/// </summary>
/// <remarks>
/// Times are whole milliseconds: whichever way one is worked out (between two places, in a table, in a sweep to all places at once), the
/// result is the same to the last bit, and so is what a search promises and what a diary then finds.
/// </remarks>
public sealed class RoadTravel : INumberedTravel
{
    /// <summary>Most stars that are kept.</summary>
    const int MaxStars = 256;

    /// <summary>Most memory for them; a large town's take about half a megabyte each.</summary>
    const long MaxStarBytes = 64 << 20;

    /// <summary>Searchers that wait for their next use, each with 24 bytes a junction; as many as threads ask at once.</summary>
    const int MaxSearches = 16;

    /// <summary>
    /// Places beside segments that the selection does not have, before another is made. Until then they are searched for one by one.
    /// </summary>
    const int MaxPlacesOutside = 128;

    readonly RoadNetwork network;
    readonly StraightLineTravel straight;
    readonly PlaceBook places;
    readonly PairTimes pairs = new();
    readonly ConcurrentBag<RoadSearch> searches = [];
    readonly ConcurrentDictionary<int, RoadStar> stars = new();
    readonly Lock selecting = new();
    CoveredPlaces covered;

    public RoadTravel(RoadNetwork network, StraightLineTravel fallback)
    {
        this.network = network;
        straight = fallback;
        places = new PlaceBook(network);
        MetresPerMillisecond = fallback.Profile.DaytimeMetresPerSecond / 1000f;
        covered = CoveredPlaces.Of(network.Hierarchy, places, 0);
    }

    public SpeedProfile Profile => straight.Profile;

    public bool IsSymmetric => false;

    /// <summary>The network's size, for whoever looks after the system.</summary>
    public RoadMap Map => network.Map;

    /// <summary>How many legs were measured by the straight line because no road leads there.</summary>
    public long LegsByStraightLine => Interlocked.Read(ref legsByStraightLine);

    long legsByStraightLine;

    /// <summary>Places that found no room in the book; days that pass by them are not offered.</summary>
    public long PlacesRefused => places.Refused;

    public TravelBasis BasisAt(GroundPoint point)
    {
        var number = places.NumberOf(point);
        var isNear = number >= 0 ? places[number].IsNearRoad : network.Locate(point.ToPlace()) is not null;
        return isNear ? TravelBasis.Roads : TravelBasis.StraightLine;
    }

    public int NumberOf(GroundPoint point) => places.NumberOf(point);

    public float RoadMetres(GroundPoint from, GroundPoint to)
    {
        if (from == to) return 0;
        var (a, b) = (places.NumberOf(from), places.NumberOf(to));
        if (a >= 0 && b >= 0) return Metres(TimeBetween(a, b), from, to);
        return network.Locate(from.ToPlace()) is { } first && network.Locate(to.ToPlace()) is { } second
            ? Metres(Search(first, second), from, to)
            : Metres(RoadTime.Unreachable, from, to);
    }

    public void RoadMetresFrom(GroundPoint from, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres)
    {
        for (var i = 0; i < x.Length; i++) metres[i] = RoadMetres(from, new GroundPoint(x[i], y[i], z[i]));
    }

    public void RoadMetresTo(GroundPoint to, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres)
    {
        for (var i = 0; i < x.Length; i++) metres[i] = RoadMetres(new GroundPoint(x[i], y[i], z[i]), to);
    }

    public TravelStar Around(GroundPoint point)
    {
        var middle = places.NumberOf(point);
        if (middle < 0) return new FarStar();
        var current = Covered();
        if (stars.TryGetValue(middle, out var known) && known.Covers(current) && known.TryUse()) return known;
        var star = WithSearch(search => new RoadStar(this, middle, current, search));
        star.TryUse();
        // Whichever were kept are made again when they are asked for: a search that finds none is slower by one sweep.
        if (stars.Count >= Math.Min(MaxStars, Math.Max(4, MaxStarBytes / star.Bytes))) Drop(stars.Keys);
        if (known is not null) Drop([middle]);
        // Another thread may have been quicker: then this one is for its search alone.
        if (!stars.TryAdd(middle, star)) star.Dispose();
        return star;
    }

    /// <summary>
    /// Lengths from each of some places to each other, row by row, worked out together: for a plan that will ask for them all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More places than <see cref="MaxMatrixPlaces"/>.</exception>
    public float[] Matrix(IReadOnlyList<GroundPoint> points)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points.Count, MaxMatrixPlaces, nameof(points));
        var near = new List<(int Index, RoadSpot Spot)>(points.Count);
        for (var i = 0; i < points.Count; i++)
        {
            if (network.Locate(points[i].ToPlace()) is { } spot) near.Add((i, spot));
        }

        var spots = near.Select(place => place.Spot).ToArray();
        var times = new long[spots.Length * spots.Length];
        WithSearch(search =>
        {
            search.Table(spots, spots, times);
            return true;
        });
        var matrix = new float[points.Count * points.Count];
        Array.Fill(matrix, float.NaN);
        for (var row = 0; row < near.Count; row++)
        {
            for (var column = 0; column < near.Count; column++)
            {
                var (from, to) = (near[row].Index, near[column].Index);
                matrix[(from * points.Count) + to] = points[from] == points[to] ? 0
                    : Metres(RoadTime.Milliseconds(times[(row * near.Count) + column]), points[from], points[to]);
            }
        }

        for (var i = 0; i < matrix.Length; i++)
        {
            if (float.IsNaN(matrix[i])) matrix[i] = RoadMetres(points[i / points.Count], points[i % points.Count]);
        }

        return matrix;
    }

    /// <summary>Most places of one matrix: 100 MB of times, and as much again for the buckets.</summary>
    public const int MaxMatrixPlaces = 3_500;

    /// <summary>Time and length of the fastest way by day; null where the straight line would stand in.</summary>
    public (double Seconds, double Metres)? FastestByDay(GroundPoint from, GroundPoint to)
    {
        if (network.Locate(from.ToPlace()) is not { } first || network.Locate(to.ToPlace()) is not { } second) return null;
        var time = WithSearch(search => search.Between(first, second));
        return time >= RoadTime.Never ? null : (RoadTime.Milliseconds(time) / 1000.0, RoadTime.Decimetres(time) / 10.0);
    }

    /// <summary>Milliseconds by day between two numbered places; <see cref="RoadTime.Unreachable"/> without a way.</summary>
    internal int TimeBetween(int from, int to)
    {
        ref readonly var first = ref places[from];
        ref readonly var second = ref places[to];
        if (!first.IsNearRoad || !second.IsNearRoad) return RoadTime.Unreachable;
        if (pairs.TryGet(from, to, out var known)) return known;
        var milliseconds = LookUp(from, to, star => star.FromMiddle(to)) ?? LookUp(to, from, star => star.ToMiddle(from))
            ?? Search(first.Spot, second.Spot);
        pairs.Keep(from, to, milliseconds);
        return milliseconds;
    }

    int? LookUp(int middle, int other, Func<RoadStar, int> time)
    {
        if (!stars.TryGetValue(middle, out var star) || !star.TryUse()) return null;
        var found = star.Knows(other) ? time(star) : (int?)null;
        star.Dispose();
        return found;
    }

    void Drop(ICollection<int> middles)
    {
        foreach (var middle in middles)
        {
            if (stars.TryRemove(middle, out var dropped)) dropped.Dispose();
        }
    }

    float Metres(int milliseconds, GroundPoint from, GroundPoint to)
    {
        return milliseconds < RoadTime.Unreachable ? milliseconds * MetresPerMillisecond : MetresByStraightLine(from, to);
    }

    internal float MetresByStraightLine(GroundPoint from, GroundPoint to)
    {
        Interlocked.Increment(ref legsByStraightLine);
        return straight.RoadMetres(from, to);
    }

    internal float MetresPerMillisecond { get; }

    internal ref readonly PlaceBook.Entry EntryOf(int number) => ref places[number];

    int Search(RoadSpot from, RoadSpot to) => RoadTime.Milliseconds(WithSearch(search => search.Between(from, to)));

    T WithSearch<T>(Func<RoadSearch, T> use)
    {
        if (!searches.TryTake(out var search)) search = new RoadSearch(network.Hierarchy);
        var result = use(search);
        // After a failure it is not given back: it may be in the middle of something.
        if (searches.Count < MaxSearches) searches.Add(search);
        return result;
    }

    /// <summary>The selection for all places known by now, or for nearly all: the last few are looked up one by one.</summary>
    CoveredPlaces Covered()
    {
        lock (selecting)
        {
            var most = covered.Places.Length == 0 ? 0 : MaxPlacesOutside;
            if (covered.PlacesOutside(places) > most) covered = CoveredPlaces.Of(network.Hierarchy, places, places.Count);
            return covered;
        }
    }

    /// <summary>Around a place that has no number.</summary>
    sealed class FarStar : TravelStar
    {
        public override void RoadMetresTo(ReadOnlySpan<int> places, Span<float> metres) => metres.Fill(float.PositiveInfinity);

        public override void RoadMetresFrom(ReadOnlySpan<int> places, Span<float> metres) => metres.Fill(float.PositiveInfinity);

        protected override void Release()
        {
            // There is nothing to give back.
        }
    }
}
