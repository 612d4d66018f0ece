using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Times between one place and all others: two sweeps over the hierarchy when it is made, and each place's own few sums when it is first
/// asked for.
/// </summary>
internal sealed class RoadStar : TravelStar
{
    // What is not known yet; a length is never negative.
    const float Unknown = -1;

    readonly RoadTravel travel;
    readonly int middle;
    readonly CoveredPlaces covered;
    readonly int[] fromMiddle;
    readonly int[] toMiddle;

    // Threads that work out the same entry write the same number.
    readonly float[] metresFromMiddle;
    readonly float[] metresToMiddle;

    public RoadStar(RoadTravel travel, int middle, CoveredPlaces covered, RoadSearch search)
    {
        (this.travel, this.middle, this.covered) = (travel, middle, covered);
        ref readonly var entry = ref travel.EntryOf(middle);
        fromMiddle = new int[covered.Selection.Count];
        toMiddle = new int[covered.Selection.Count];
        metresFromMiddle = new float[covered.Count];
        metresToMiddle = new float[covered.Count];
        Array.Fill(metresFromMiddle, Unknown);
        Array.Fill(metresToMiddle, Unknown);
        if (!entry.IsNearRoad) return;
        covered.Selection.From(search, entry.Spot, fromMiddle);
        covered.Selection.To(search, entry.Spot, toMiddle);
    }

    public long Bytes => 8L * (fromMiddle.Length + metresFromMiddle.Length);

    public bool Covers(CoveredPlaces current) => ReferenceEquals(covered, current);

    /// <summary>Whether a place can be looked up here without a search of its own.</summary>
    public bool Knows(int place) => place < covered.Count && travel.EntryOf(middle).IsNearRoad && travel.EntryOf(place).IsNearRoad;

    /// <summary>Milliseconds from the middle to a place that it <see cref="Knows"/>.</summary>
    public int FromMiddle(int place)
    {
        var from = travel.EntryOf(middle).Spot;
        var to = travel.EntryOf(place).Spot;
        return Least(
            RoadTime.Milliseconds(from.Along(to)),
            fromMiddle[covered.Selection.IndexOf(to.A)] + RoadTime.Milliseconds(to.ArriveA),
            fromMiddle[covered.Selection.IndexOf(to.B)] + RoadTime.Milliseconds(to.ArriveB));
    }

    /// <summary>Milliseconds to the middle from a place that it <see cref="Knows"/>.</summary>
    public int ToMiddle(int place)
    {
        var from = travel.EntryOf(place).Spot;
        var to = travel.EntryOf(middle).Spot;
        return Least(
            RoadTime.Milliseconds(from.Along(to)),
            toMiddle[covered.Selection.IndexOf(from.A)] + RoadTime.Milliseconds(from.LeaveA),
            toMiddle[covered.Selection.IndexOf(from.B)] + RoadTime.Milliseconds(from.LeaveB));
    }

    public override void RoadMetres(ReadOnlySpan<int> places, Span<float> toMiddle, Span<float> fromMiddle)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            if ((uint)place < (uint)metresToMiddle.Length)
            {
                var (to, from) = (metresToMiddle[place], metresFromMiddle[place]);
                if (to < 0) metresToMiddle[place] = to = MetresToMiddle(place);
                if (from < 0) metresFromMiddle[place] = from = MetresFromMiddle(place);
                (toMiddle[i], fromMiddle[i]) = (to, from);
            }
            else if (place < 0) (toMiddle[i], fromMiddle[i]) = (float.PositiveInfinity, float.PositiveInfinity);
            else (toMiddle[i], fromMiddle[i]) = (MetresToMiddle(place), MetresFromMiddle(place));
        }
    }

    float MetresToMiddle(int place) => place == middle ? 0
        : travel.Metres(
            Knows(place) ? ToMiddle(place) : travel.TimeBetween(place, middle), travel.EntryOf(place).Point, travel.EntryOf(middle).Point);

    float MetresFromMiddle(int place) => place == middle ? 0
        : travel.Metres(
            Knows(place) ? FromMiddle(place) : travel.TimeBetween(middle, place), travel.EntryOf(middle).Point, travel.EntryOf(place).Point);

    static int Least(int along, int overA, int overB) => Math.Min(Math.Min(along, RoadTime.Unreachable), Math.Min(overA, overB));
}
