using System.Globalization;
using System.Text;

namespace OrleansScheduling.DemoGenerator;

/// <summary>
/// The borough's roads, as OpenStreetMap would have them in GeoJSON: each street between the roads that run along the lines of the town's
/// grid, main roads on every fourth line, a river with few bridges, one-way streets, and a bypass round the town.
/// </summary>
/// <remarks>
/// Invented like the town: no road of OpenStreetMap is in it. It has dice of its own, so that the other files stay as they are.
/// </remarks>
sealed class Roads
{
    const ulong Seed = 20_261_122;
    const int Reach = 13;
    const int BypassMetres = 3_650;
    const int OutskirtsMetres = 3_900;

    // The river flows from west to east just north of this line of the grid; it is crossed at these columns.
    const int RiverRow = -3;
    static readonly int[] Bridges = [-9, -4, 0, 5, 8];

    readonly Dice dice = new(Seed);
    readonly Dictionary<(int Row, int Column), Spot> corners = [];
    readonly Dictionary<((int Row, int Column) Corner, bool AlongEast), List<(int Order, Spot Spot)>> junctions = [];
    readonly StringBuilder features = new();
    int count;

    public Roads(Town town)
    {
        for (var row = -Reach; row <= Reach; row++)
        {
            for (var column = -Reach; column <= Reach; column++) corners[(row, column)] = Corner(row, column);
        }

        var cells = town.Streets.Select(street => street.Cell).ToHashSet();
        foreach (var street in town.Streets) Add(street);
        Lines(cells);
        Bypass(cells);
    }

    public string ToGeoJson() => $"{{\"type\":\"FeatureCollection\",\"features\":[\n{features}\n]}}\n";

    /// <summary>The corner to the south-west of a square.</summary>
    Spot Corner(int row, int column)
    {
        const int Half = Town.CellMetres / 2;
        var (x, y) = (
            (column * Town.CellMetres) - Half + dice.Between(-12, 12), (row * Town.CellMetres) - Half + dice.Between(-12, 12));
        return Town.Along(default, alongEast: true, x, y);
    }

    /// <summary>A street and its junctions with the roads at both ends; a close has one end only.</summary>
    void Add(Street street)
    {
        var (row, column) = street.Cell;
        var line = new List<Spot>();
        var isClose = street.Name.EndsWith(" Close", StringComparison.Ordinal);
        // Towards the grid's west or south, then towards its east or north.
        var (near, far) = street.AlongEast
            ? (((row, column), false), ((row, column + 1), false))
            : (((row, column), true), ((row + 1, column), true));
        line.Add(Junction(near, street));
        for (var along = -Town.HalfStreet; along <= Town.HalfStreet; along += Town.HalfStreet)
            line.Add(Town.Along(street.Middle, street.AlongEast, along, 0));
        if (!isClose) line.Add(Junction(far, street));
        var isOneWay = !isClose && dice.Percent(8);
        Feature(line, "residential", street.Name, isOneWay ? "yes" : null, dice.Percent(30) ? "20 mph" : null);
    }

    /// <summary>Where a street meets the road along a side of its square: as far along that side as the street lies.</summary>
    Spot Junction(((int Row, int Column) Corner, bool AlongEast) side, Street street)
    {
        var (start, end) = Ends(side);
        // The street's middle, measured along the side.
        var (east, north) = ((long)end.East - start.East, (long)end.North - start.North);
        var square = (east * east) + (north * north);
        var along = ((east * (street.Middle.East - start.East)) + (north * (street.Middle.North - start.North))) * 1000 / square;
        var share = (int)Math.Clamp(along, 100, 900);
        var spot = new Spot(start.East + (int)(east * share / 1000), start.North + (int)(north * share / 1000));
        if (!junctions.TryGetValue(side, out var list)) junctions[side] = list = [];
        foreach (var (order, known) in list)
        {
            if (order == share) return known;
        }

        list.Add((share, spot));
        return spot;
    }

    (Spot Start, Spot End) Ends(((int Row, int Column) Corner, bool AlongEast) side) => (
        corners[side.Corner],
        corners[side.AlongEast ? (side.Corner.Row, side.Corner.Column + 1) : (side.Corner.Row + 1, side.Corner.Column)]);

    /// <summary>The roads along the grid, wherever a street lies on one of their sides.</summary>
    void Lines(HashSet<(int Row, int Column)> cells)
    {
        for (var row = -Reach; row < Reach; row++)
        {
            for (var column = -Reach; column < Reach; column++)
            {
                if (cells.Contains((row, column)) || cells.Contains((row - 1, column))) Side(((row, column), true), row);
                if (!cells.Contains((row, column)) && !cells.Contains((row, column - 1))) continue;
                // A road that leads north crosses the river at its bridges only.
                if (row == RiverRow && !Bridges.Contains(column)) Broken(((row, column), false));
                else Side(((row, column), false), column);
            }
        }
    }

    void Side(((int Row, int Column) Corner, bool AlongEast) side, int number)
    {
        var (start, end) = Ends(side);
        var kind = number % 8 == 0 ? "primary" : number % 4 == 0 ? "secondary" : number % 2 == 0 ? "tertiary" : "unclassified";
        Feature([start, .. On(side), end], kind, null, null, null);
    }

    /// <summary>Both banks keep their streets: the road ends on either side of the water.</summary>
    void Broken(((int Row, int Column) Corner, bool AlongEast) side)
    {
        var (start, end) = Ends(side);
        List<Spot> line = [start, .. On(side), end];
        if (line.Count < 3) return;
        // The streets that meet it stand on the northern bank.
        Feature(line[1..], "unclassified", null, null, null);
    }

    IEnumerable<Spot> On(((int Row, int Column) Corner, bool AlongEast) side) =>
        junctions.TryGetValue(side, out var list) ? list.OrderBy(entry => entry.Order).Select(entry => entry.Spot) : [];

    /// <summary>A fast road round the town, joined by eight roads to the grid's outermost corners.</summary>
    void Bypass(HashSet<(int Row, int Column)> cells)
    {
        // Points of a circle in thousandths, a turn of 11.25 degrees each: whole numbers, so that every machine writes the same file.
        int[] sines = [0, 195, 383, 556, 707, 831, 924, 981, 1000];
        int Sine(int step) => (step % 32) switch
        {
            < 8 and var s => sines[s],
            < 16 and var s => sines[16 - s],
            < 24 and var s => -sines[s - 16],
            var s => -sines[32 - s],
        };
        var ring = Enumerable.Range(0, 33).Select(step => new Spot(
            BypassMetres * Sine(step + 8) / 1000, BypassMetres * Sine(step) / 1000)).ToList();
        var used = corners.Where(corner => Touches(corner.Key)).ToList();
        for (var quarter = 0; quarter < 8; quarter++)
        {
            Feature(ring[(quarter * 4)..((quarter * 4) + 5)], "trunk", "Brookfield Bypass", null, "50 mph");
            var joint = ring[quarter * 4];
            var nearest = used.MinBy(corner => (Spot.Metres(corner.Value, joint), corner.Key)).Value;
            Feature([joint, nearest], "secondary", null, null, null);
            // Some operatives live beyond the bypass, along four lanes out of town.
            if (quarter % 2 == 1)
                Feature([joint, new Spot(Math.Sign(joint.East) * OutskirtsMetres, Math.Sign(joint.North) * OutskirtsMetres)],
                    "unclassified", null, null, null);
        }

        bool Touches((int Row, int Column) corner) =>
            cells.Contains(corner) && cells.Contains((corner.Row - 1, corner.Column)) && cells.Contains((corner.Row, corner.Column - 1));
    }

    void Feature(List<Spot> line, string highway, string? name, string? oneWay, string? limit)
    {
        if (count++ > 0) features.Append(",\n");
        features.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"Feature\",\"properties\":{{\"highway\":\"{highway}\"");
        if (name is not null) features.Append(CultureInfo.InvariantCulture, $",\"name\":\"{name}\"");
        if (oneWay is not null) features.Append(CultureInfo.InvariantCulture, $",\"oneway\":\"{oneWay}\"");
        if (limit is not null) features.Append(CultureInfo.InvariantCulture, $",\"maxspeed\":\"{limit}\"");
        features.Append("},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[")
            .AppendJoin(',', line.Select(spot => $"[{spot.Longitude},{spot.Latitude}]"))
            .Append("]}}");
    }
}
