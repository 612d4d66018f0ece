using System.Collections.Concurrent;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Roads;

/// <summary>Times between one place and all others: two sweeps over the hierarchy when it is made, and four sums for each place.</summary>
internal sealed class RoadStar : TravelStar
{
    // No place lies on it.
    const int NoSegment = -2;

    readonly RoadTravel travel;
    readonly int middle;
    readonly int segment;
    readonly CoveredPlaces covered;
    readonly int[] fromMiddle;
    readonly int[] toMiddle;

    // The cache's own use is one of them.
    int uses = 1;

    public RoadStar(RoadTravel travel, int middle, CoveredPlaces covered, RoadSearch search)
    {
        (this.travel, this.middle, this.covered) = (travel, middle, covered);
        ref readonly var entry = ref travel.EntryOf(middle);
        (fromMiddle, toMiddle) = covered.Rent();
        if (entry.IsNearRoad)
        {
            segment = entry.Spot.Segment;
            covered.Selection.From(search, entry.Spot, fromMiddle);
            covered.Selection.To(search, entry.Spot, toMiddle);
            return;
        }

        segment = NoSegment;
        Array.Fill(fromMiddle, RoadTime.Unreachable);
        Array.Fill(toMiddle, RoadTime.Unreachable);
    }

    public long Bytes => 8L * fromMiddle.Length;

    public bool Covers(CoveredPlaces current) => ReferenceEquals(covered, current);

    /// <summary>Takes it into use; false when everybody, the cache too, was done with it.</summary>
    public bool TryUse()
    {
        while (true)
        {
            var now = Volatile.Read(ref uses);
            if (now == 0) return false;
            if (Interlocked.CompareExchange(ref uses, now + 1, now) == now) return true;
        }
    }

    protected override void Release()
    {
        if (Interlocked.Decrement(ref uses) == 0) covered.Return(fromMiddle, toMiddle);
    }

    /// <summary>Whether a place can be looked up here without a search of its own.</summary>
    public bool Knows(int place) => place < covered.Places.Length || covered.Includes(travel.EntryOf(place));

    /// <summary>Milliseconds from the middle to a place that it <see cref="Knows"/>.</summary>
    public int FromMiddle(int place)
    {
        var to = EntryOf(place);
        var over = Math.Min(fromMiddle[to.A] + to.ArriveA, fromMiddle[to.B] + to.ArriveB);
        return to.Segment == segment ? Math.Min(over, Along(middle, place)) : over;
    }

    /// <summary>Milliseconds to the middle from a place that it <see cref="Knows"/>.</summary>
    public int ToMiddle(int place)
    {
        var from = EntryOf(place);
        var over = Math.Min(toMiddle[from.A] + from.LeaveA, toMiddle[from.B] + from.LeaveB);
        return from.Segment == segment ? Math.Min(over, Along(place, middle)) : over;
    }

    public override void RoadMetresTo(ReadOnlySpan<int> places, Span<float> metres)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            metres[i] = place < 0 ? float.PositiveInfinity
                : place == middle ? 0
                : Metres(Knows(place) ? ToMiddle(place) : travel.TimeBetween(place, middle), place, middle);
        }
    }

    public override void RoadMetresFrom(ReadOnlySpan<int> places, Span<float> metres)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            metres[i] = place < 0 ? float.PositiveInfinity
                : place == middle ? 0
                : Metres(Knows(place) ? FromMiddle(place) : travel.TimeBetween(middle, place), middle, place);
        }
    }

    CoveredPlace EntryOf(int place) => place < covered.Places.Length ? covered.Places[place] : covered.EntryOf(travel.EntryOf(place));

    float Metres(int milliseconds, int from, int to) => milliseconds < RoadTime.Unreachable
        ? milliseconds * travel.MetresPerMillisecond
        : travel.MetresByStraightLine(travel.EntryOf(from).Point, travel.EntryOf(to).Point);

    int Along(int from, int to) =>
        RoadTime.Milliseconds(Math.Min(RoadTime.Never, travel.EntryOf(from).Spot.Along(travel.EntryOf(to).Spot)));
}

/// <summary>The first places of the book as a star reads them, and the part of the hierarchy that is above them.</summary>
internal sealed class CoveredPlaces
{
    CoveredPlaces(RoadSelection selection, CoveredPlace[] places) => (Selection, Places) = (selection, places);

    /// <summary>Pairs of arrays that wait for their next star; more are left to the garbage collector.</summary>
    const int MaxSpare = 32;

    readonly ConcurrentBag<(int[], int[])> spare = [];
    int lookedAt;
    int outside;

    public RoadSelection Selection { get; }

    /// <summary>Large arrays, and each search needs some: made anew they would be most of what it costs.</summary>
    public (int[] From, int[] To) Rent() => spare.TryTake(out var arrays) ? arrays
        : (GC.AllocateUninitializedArray<int>(Selection.Count), GC.AllocateUninitializedArray<int>(Selection.Count));

    public void Return(int[] from, int[] to)
    {
        if (spare.Count < MaxSpare) spare.Add((from, to));
    }

    /// <summary>How many of the book's places lie beside a segment that the selection does not have. For one thread at a time.</summary>
    public int PlacesOutside(PlaceBook book)
    {
        for (var count = book.Count; lookedAt < count; lookedAt++)
        {
            ref readonly var entry = ref book[lookedAt];
            if (entry.IsNearRoad && !Includes(entry)) outside++;
        }

        return outside;
    }

    /// <summary>Whether a place that is newer than the selection can be looked up in it all the same: in a town most can.</summary>
    public bool Includes(in PlaceBook.Entry entry) =>
        entry.IsNearRoad && Selection.IndexOf(entry.Spot.A) >= 0 && Selection.IndexOf(entry.Spot.B) >= 0;

    public CoveredPlace EntryOf(in PlaceBook.Entry entry) => Entry(entry, Selection);

    public CoveredPlace[] Places { get; }

    public static CoveredPlaces Of(RoadHierarchy hierarchy, PlaceBook book, int count)
    {
        var selection = new RoadSelection(hierarchy, NodesOf(book, count));
        var places = new CoveredPlace[count];
        for (var number = 0; number < count; number++) places[number] = Entry(book[number], selection);
        return new CoveredPlaces(selection, places);
    }

    static IEnumerable<int> NodesOf(PlaceBook book, int count)
    {
        // One junction is always there, so that a place without a road has one to be out of reach from.
        yield return 0;
        for (var number = 0; number < count; number++)
        {
            if (!book[number].IsNearRoad) continue;
            yield return book[number].Spot.A;
            yield return book[number].Spot.B;
        }
    }

    static CoveredPlace Entry(in PlaceBook.Entry entry, RoadSelection selection)
    {
        const int NoRoad = RoadTime.Unreachable;
        var spot = entry.Spot;
        return !entry.IsNearRoad ? new CoveredPlace(0, 0, NoRoad, NoRoad, NoRoad, NoRoad, -1)
            : new CoveredPlace(
                selection.IndexOf(spot.A), selection.IndexOf(spot.B), RoadTime.Milliseconds(spot.ArriveA),
                RoadTime.Milliseconds(spot.ArriveB), RoadTime.Milliseconds(spot.LeaveA), RoadTime.Milliseconds(spot.LeaveB), spot.Segment);
    }
}

/// <param name="A">Where the junction at the beginning of its segment stands in the selection; <paramref name="B"/> at its end.</param>
internal readonly record struct CoveredPlace(int A, int B, int ArriveA, int ArriveB, int LeaveA, int LeaveB, int Segment);
