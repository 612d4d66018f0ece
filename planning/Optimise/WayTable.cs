using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>One way from a place to another: what decides how long it takes, and what it costs.</summary>
/// <param name="Way">Seconds, or the bits of a length in metres where times follow from the hour: see <see cref="WayTable"/>.</param>
/// <param name="Cost">What the way costs in the plan's unit of cost.</param>
internal readonly record struct Leg(int Way, float Cost);

/// <summary>Ways between all places of a plan. Immutable; may be shared by any number of searches.</summary>
public sealed class WayTable
{
    /// <summary>Most places of one table: with 8 bytes a way, 8,000 take 512 MB.</summary>
    public const int MaxPlaces = 8_000;

    WayTable(int places, Leg[] from, Leg[] to, SpeedProfile? profile)
    {
        Places = places;
        From = from;
        To = to;
        Profile = profile;
    }

    public int Places { get; }

    /// <summary>Speeds by the hour, where travel time depends on it; null: the ways are in seconds.</summary>
    public SpeedProfile? Profile { get; }

    /// <summary>Row by row: the ways from a place.</summary>
    internal Leg[] From { get; }

    /// <summary>Row by row: the ways to a place. The same array where all ways are the same there and back.</summary>
    internal Leg[] To { get; }

    internal Leg Of(int from, int to) => From[(from * Places) + to];

    /// <summary>Cost of the way from one place to another.</summary>
    public double CostOf(int from, int to) => Of(from, to).Cost;

    /// <summary>When somebody who leaves then arrives.</summary>
    public int Arrive(int depart, int from, int to)
    {
        var way = Of(from, to).Way;
        return Profile is null ? depart + way : Profile.Arrive(depart, BitConverter.Int32BitsToSingle(way));
    }

    /// <summary>A table of fixed times.</summary>
    /// <param name="seconds">Not negative; seconds, or any other unit in which all times of the plan are given.</param>
    /// <param name="cost">In the plan's unit of cost; not negative.</param>
    /// <exception cref="ArgumentException">Too many places, or a negative time or cost.</exception>
    public static WayTable OfTimes(int places, Func<int, int, int> seconds, Func<int, int, double> cost) =>
        Filled(places, null, (from, to) => new Leg(seconds(from, to), (float)cost(from, to)), (from, to) => seconds(from, to) < 0);

    /// <summary>A table of road lengths; how long a way takes follows from the hour at which it is begun.</summary>
    /// <param name="costPerMetre">In the plan's unit of cost.</param>
    /// <exception cref="ArgumentException">Too many places.</exception>
    public static WayTable OfRoads(ITravel travel, IReadOnlyList<GroundPoint> places, double costPerMetre)
    {
        Leg LegOf(int from, int to)
        {
            var metres = travel.RoadMetres(places[from], places[to]);
            return new Leg(BitConverter.SingleToInt32Bits(metres), (float)(metres * costPerMetre));
        }

        return Filled(places.Count, travel.Profile, LegOf, (_, _) => false);
    }

    static WayTable Filled(int places, SpeedProfile? profile, Func<int, int, Leg> legOf, Func<int, int, bool> isWrong)
    {
        if (places is < 1 or > MaxPlaces)
            throw new ArgumentException($"A table has 1 to {MaxPlaces} places, not {places}.", nameof(places));
        var from = GC.AllocateUninitializedArray<Leg>(places * places, pinned: true);
        var symmetric = true;
        for (var i = 0; i < places; i++)
        {
            for (var j = 0; j < places; j++)
            {
                var leg = legOf(i, j);
                if (isWrong(i, j) || !(leg.Cost >= 0)) throw new ArgumentException($"The way from {i} to {j} is negative.", nameof(legOf));
                from[(i * places) + j] = leg;
                if (j < i) symmetric &= leg == from[(j * places) + i];
            }
        }

        if (symmetric) return new WayTable(places, from, from, profile);
        var to = GC.AllocateUninitializedArray<Leg>(places * places, pinned: true);
        for (var i = 0; i < places; i++)
        {
            for (var j = 0; j < places; j++) to[(j * places) + i] = from[(i * places) + j];
        }

        return new WayTable(places, from, to, profile);
    }
}
