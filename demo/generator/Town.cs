using System.Globalization;

namespace OrleansScheduling.DemoGenerator;

sealed record Home(string Client, string Reference, string Kind, string Line1, string Line2, string Postcode, Spot Spot, string Patch);

/// <param name="Cell">The square of the town's grid that it lies in.</param>
/// <param name="Middle">Halfway along it.</param>
/// <param name="AlongEast">Whether it runs along the grid's east or its north.</param>
sealed record Street(string Name, (int Row, int Column) Cell, Spot Middle, bool AlongEast);

/// <summary>
/// The borough: streets on a grid that is turned a little, thinning out at its edge and round a park, houses along them and blocks of
/// flats set back from them. Eight patches, four around the centre and four outside.
/// </summary>
sealed class Town
{
    public const string Council = "BROOKFIELD-HOMES";
    public const string Trust = "MILLRACE-TRUST";
    public static readonly IReadOnlyList<string> Patches = ["N1", "N2", "E1", "E2", "S1", "S2", "W1", "W2"];

    const int Radius = 3_160;
    const int InnerRadius = 1_650;
    internal const int CellMetres = 280;
    internal const int HalfStreet = 105;
    const int ParkRadius = 330;
    const int ChanceOfCouncil = 72;
    const string UnitLetters = "ABDEFGHJLNPQRSTUWXYZ";
    static readonly Spot Park = new(760, 640);

    readonly Dice _dice;
    readonly Dictionary<string, int> _units = [];
    readonly List<string> _names;
    int _council;
    int _trust;
    int _blocks;

    public Town(Dice dice)
    {
        _dice = dice;
        _names = [.. StreetNames.All];
        dice.Shuffle(_names);
        var streets = Cells().ToList();
        for (var i = 0; i < streets.Count; i++) Street(streets[i].Middle, _names[i], streets[i].Cell);
        Sites(streets);
        StreetCount = streets.Count;
    }

    public List<Home> Homes { get; } = [];

    public int StreetCount { get; }

    /// <summary>The streets that houses stand along, for whoever draws the roads to them.</summary>
    public List<Street> Streets { get; } = [];

    IEnumerable<((int Row, int Column) Cell, Spot Middle)> Cells()
    {
        const int Reach = (Radius / CellMetres) + 2;
        for (var row = -Reach; row <= Reach; row++)
        {
            for (var column = -Reach; column <= Reach; column++)
            {
                var (x, y) = ((column * CellMetres) + _dice.Between(-38, 38), (row * CellMetres) + _dice.Between(-38, 38));
                // Turned by about 16 degrees: 7-24-25 is a right triangle.
                var spot = new Spot(((24 * x) - (7 * y)) / 25, ((7 * x) + (24 * y)) / 25);
                if (Spot.Metres(spot, default) > Radius || Spot.Metres(spot, Park) < ParkRadius) continue;
                yield return ((row, column), spot);
            }
        }
    }

    void Street(Spot middle, string name, (int Row, int Column) cell)
    {
        var client = _dice.Percent(ChanceOfCouncil) ? Council : Trust;
        var alongEast = _dice.Percent(50);
        Streets.Add(new Street(name, cell, middle, alongEast));
        if (_dice.Percent(62)) Houses(middle, name, client, alongEast, _dice.Between(20, 34));
        else
        {
            var blocks = _dice.Between(1, 2);
            for (var block = 0; block < blocks; block++) Block(middle, name, client, alongEast, block, _dice.Between(14, 27));
            if (blocks == 1) Houses(middle, name, client, alongEast, _dice.Between(6, 14));
        }
    }

    internal static Spot Along(Spot middle, bool alongEast, int along, int aside)
    {
        var (x, y) = alongEast ? (along, aside) : (aside, along);
        return new Spot(middle.East + (((24 * x) - (7 * y)) / 25), middle.North + (((7 * x) + (24 * y)) / 25));
    }

    void Houses(Spot middle, string name, string client, bool alongEast, int count)
    {
        var (odd, even) = (Postcode(middle), Postcode(middle));
        for (var number = 1; number <= count; number++)
        {
            var along = -HalfStreet + (2 * HalfStreet * number / (count + 1));
            var spot = Along(middle, alongEast, along, number % 2 == 0 ? 14 : -14);
            Add(client, "home", $"{number} {name}", "", number % 2 == 0 ? even : odd, spot);
        }
    }

    void Block(Spot middle, string name, string client, bool alongEast, int block, int flats)
    {
        var house = $"{StreetNames.Blocks[_blocks++ % StreetNames.Blocks.Count]} House";
        var address = $"{_dice.Between(2, 60)} {name}";
        var postcode = Postcode(middle);
        var spot = Along(middle, alongEast, block == 0 ? -60 : 60, 35);
        Add(client, "communal", $"Communal areas, {house}", address, postcode, spot);
        for (var flat = 1; flat <= flats; flat++) Add(client, "home", $"Flat {flat}, {house}", address, postcode, spot);
    }

    void Sites(List<((int Row, int Column) Cell, Spot Middle)> streets)
    {
        string[] kinds = ["Community hall", "Housing office", "Estate depot", "Boiler house", "Caretaker's store"];
        for (var i = 0; i < 24; i++)
        {
            var street = i * 16;
            var client = i % 3 == 0 ? Trust : Council;
            var middle = streets[street].Middle;
            Add(client, "site", $"{kinds[i % kinds.Length]}, {_names[street]}", "", Postcode(middle), middle);
        }
    }

    void Add(string client, string kind, string line1, string line2, string postcode, Spot spot)
    {
        var reference = client == Council
            ? (100_000_001 + _council++).ToString(CultureInfo.InvariantCulture)
            : $"M-{1 + _trust++:D5}";
        Homes.Add(new Home(client, reference, kind, line1, line2, postcode, spot, PatchOf(spot)));
    }

    public static string PatchOf(Spot spot)
    {
        var side = Math.Abs(spot.North) >= Math.Abs(spot.East) ? spot.North >= 0 ? "N" : "S" : spot.East >= 0 ? "E" : "W";
        return side + (Spot.Metres(spot, default) <= InnerRadius ? "1" : "2");
    }

    /// <summary>A new postcode unit. No postcode area is called ZB, so none of them is anybody's.</summary>
    string Postcode(Spot spot)
    {
        var patch = PatchOf(spot);
        var number = _units[patch] = _units.GetValueOrDefault(patch, -1) + 1;
        var (sector, unit) = (1 + (number / 37), number * 11 % (UnitLetters.Length * UnitLetters.Length));
        return $"ZB{Patches.ToList().IndexOf(patch) + 1} "
            + $"{sector % 10}{UnitLetters[unit / UnitLetters.Length]}{UnitLetters[unit % UnitLetters.Length]}";
    }
}
