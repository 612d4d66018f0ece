namespace OrleansScheduling.DemoGenerator;

sealed record Agreement(string Reference, string Name, string Client, string Contractor, string Trades);

/// <param name="First">First minute of the day in which jobs are planned whatever week of the rota it is.</param>
/// <param name="Last">Minute by which the operative has to be back.</param>
/// <param name="LunchFrom">Start of the break's bounds; 0 when the planned part of the day needs none.</param>
sealed record Pattern(string Code, int First, int Last, int LunchFrom, int LunchStartBy, int LunchMinutes)
{
    public bool Planned => First < Last;
}

sealed record Worker(
    string Contractor, string Reference, string Name, string Trade, string HomePatch, IReadOnlyList<string> HelpsOutIn, string DedicatedTo,
    Spot Start, Spot End, int Pace, Pattern Pattern, IReadOnlyList<(string Skill, int Level, string Expiry)> Skills,
    IReadOnlyList<(string Contract, string Expiry)> Clearances)
{
    /// <summary>Working days, counted from today, on which the operative is away for all or part of the day.</summary>
    public HashSet<int> Away { get; } = [];

    /// <summary>Skills that stay valid over all days that are planned.</summary>
    public bool Has(string requirement)
    {
        if (requirement.Length == 0) return true;
        var (code, level) = (requirement[..^2], requirement[^1] - '0');
        return Skills.Any(skill => skill.Skill == code && skill.Level >= level && IsLasting(skill.Expiry));
    }

    public IEnumerable<string> LastingContracts => Clearances.Where(clearance => IsLasting(clearance.Expiry))
        .Select(clearance => clearance.Contract);

    static bool IsLasting(string expiry) => expiry.Length == 0
        || (expiry.StartsWith("today+", StringComparison.Ordinal) && expiry.Length > "today+99".Length);
}

/// <summary>Three contractors' operatives, and when they work.</summary>
sealed class Workforce
{
    public static readonly Pattern Day = new("DAY", 480, 990, 690, 810, 30);
    public static readonly Pattern AlternateSaturdays = new("DAY-SAT", 480, 990, 690, 810, 30);
    public static readonly Pattern Early = new("EARLY", 420, 930, 660, 780, 30);
    public static readonly Pattern EarlyLate = new("EARLY-LATE", 720, 915, 0, 0, 0);
    public static readonly Pattern SchoolHours = new("SCHOOL", 570, 870, 720, 780, 20);
    public static readonly Pattern ThreeDays = new("MON-WED", 0, 0, 0, 0, 0);
    public static readonly Pattern Night = new("NIGHT", 0, 0, 0, 0, 0);

    public static readonly IReadOnlyList<Agreement> Agreements =
    [
        new("BRK-REPAIRS", "Brookfield Homes responsive repairs", Town.Council, "BROOKFIELD-DIRECT",
            "PLUMBER ELECTRICIAN CARPENTER PLASTERER DECORATOR MULTI GLAZIER"),
        new("BRK-ROOFS", "Brookfield Homes roofs, drains and grounds", Town.Council, "COBBLEGATE", "ROOFER DRAINAGE GROUNDWORKS"),
        new("BRK-GAS", "Brookfield Homes gas", Town.Council, "EMBERLINE", "GAS"),
        new("MRT-REPAIRS", "Millrace Trust repairs", Town.Trust, "COBBLEGATE",
            "PLUMBER CARPENTER PLASTERER DECORATOR MULTI GLAZIER ROOFER DRAINAGE GROUNDWORKS"),
        new("MRT-HEATING", "Millrace Trust heating and electrical", Town.Trust, "EMBERLINE", "GAS ELECTRICIAN"),
    ];

    static readonly (string Contractor, string Prefix, string Trade, int Count)[] Teams =
    [
        ("BROOKFIELD-DIRECT", "BD", "PLUMBER", 9), ("BROOKFIELD-DIRECT", "BD", "ELECTRICIAN", 7),
            ("BROOKFIELD-DIRECT", "BD", "CARPENTER", 8),
        ("BROOKFIELD-DIRECT", "BD", "PLASTERER", 4), ("BROOKFIELD-DIRECT", "BD", "DECORATOR", 3), ("BROOKFIELD-DIRECT", "BD", "MULTI", 6),
        ("BROOKFIELD-DIRECT", "BD", "GLAZIER", 3),
        ("COBBLEGATE", "CG", "ROOFER", 4), ("COBBLEGATE", "CG", "DRAINAGE", 3), ("COBBLEGATE", "CG", "GROUNDWORKS", 3),
            ("COBBLEGATE", "CG", "PLUMBER", 4),
        ("COBBLEGATE", "CG", "CARPENTER", 3), ("COBBLEGATE", "CG", "PLASTERER", 2), ("COBBLEGATE", "CG", "DECORATOR", 1),
            ("COBBLEGATE", "CG", "MULTI", 3),
        ("COBBLEGATE", "CG", "GLAZIER", 1),
        ("EMBERLINE", "EL", "GAS", 12), ("EMBERLINE", "EL", "ELECTRICIAN", 5),
    ];

    static readonly Dictionary<string, string[]> SkillsOf = new(StringComparer.Ordinal)
    {
        ["PLUMBER"] = ["UNVENTED", "LEGIONELLA"],
        ["ELECTRICIAN"] = ["ELEC", "ELEC-TEST"],
        ["CARPENTER"] = ["FIRE-DOOR"],
        ["PLASTERER"] = ["DAMP", "ASBESTOS"],
        ["DECORATOR"] = ["ASBESTOS"],
        ["MULTI"] = ["ASBESTOS"],
        ["GLAZIER"] = ["UPVC"],
        ["ROOFER"] = ["HEIGHT"],
        ["DRAINAGE"] = ["DRAINS", "CONFINED"],
        ["GROUNDWORKS"] = ["CONFINED"],
        ["GAS"] = ["GAS-SAFE"],
    };

    static readonly Dictionary<string, Spot> Depots = new(StringComparer.Ordinal)
    {
        ["BROOKFIELD-DIRECT"] = new(-420, 180),
        ["COBBLEGATE"] = new(2_150, -640),
        ["EMBERLINE"] = new(-1_240, -1_980),
    };

    readonly Dice _dice;
    readonly List<string> _names;

    public Workforce(Dice dice)
    {
        _dice = dice;
        _names = [.. PeopleNames.All];
        dice.Shuffle(_names);
        foreach (var team in Teams)
        {
            for (var i = 0; i < team.Count; i++) Workers.Add(Hire(team.Contractor, team.Prefix, team.Trade, i, team.Count));
        }
    }

    public List<Worker> Workers { get; } = [];

    Worker Hire(string contractor, string prefix, string trade, int index, int teamSize)
    {
        var number = 1 + Workers.Count(worker => worker.Contractor == contractor);
        // One trade's people are spread over the borough: with few of them each covers more of it.
        var home = Town.Patches[((index * Town.Patches.Count / teamSize) + Workers.Count) % Town.Patches.Count];
        var others = Town.Patches.Where(patch => patch != home).OrderBy(patch => patch[0] == home[0] ? 0 : 1).ToList();
        var helps = others.Take(teamSize >= 7 ? 3 : teamSize >= 4 ? 5 : 7).Order(StringComparer.Ordinal).ToList();
        var start = _dice.Percent(40) ? Depots[contractor] : new Spot(_dice.Between(-3_900, 3_900), _dice.Between(-3_900, 3_900));
        var end = _dice.Percent(85) ? start : Depots[contractor];
        var pattern = PatternOf(prefix, number);
        var contracts = Agreements.Where(agreement => agreement.Contractor == contractor && agreement.Trades.Split(' ').Contains(trade))
            .ToList();
        var dedicated = contracts.Count > 1 && index % 4 == 1 ? contracts[index / 4 % contracts.Count].Reference : "";
        return new Worker(
            contractor, $"{prefix}-{number:D3}", _names[Workers.Count], trade, home, helps, dedicated, start, end,
            85 + (5 * _dice.Between(0, 7)), pattern, [.. Skills(trade, index)],
            [.. contracts.Where(contract => dedicated.Length == 0 || contract.Reference == dedicated)
                .Select((contract, position) =>
                    (contract.Reference, position > 0 && index % 5 == 3 ? "today+21" : index % 6 == 2 ? "today+300" : ""))]);
    }

    static Pattern PatternOf(string prefix, int number) => (prefix, number) switch
    {
        ("BD", 9) => Night,
        ("BD", 5 or 13 or 21 or 36) or ("CG", 16) or ("EL", 4 or 10) => AlternateSaturdays,
        ("BD", 3 or 15 or 20) or ("EL", 6 or 14) => Early,
        ("BD", 7 or 14 or 22) or ("EL", 8 or 11 or 16) => EarlyLate,
        ("BD", 33) => SchoolHours,
        ("BD", 31) or ("CG", 23) => ThreeDays,
        _ => Day,
    };

    IEnumerable<(string, int, string)> Skills(string trade, int index)
    {
        foreach (var skill in SkillsOf[trade])
        {
            // The first of each team can do all of its work; most of the others nearly all.
            var level = index == 0 ? 5 : Math.Max(2, _dice.Between(2, 5));
            var expiry = index > 0 && _dice.Percent(7) ? "today+12" : _dice.Percent(60) ? $"today+{_dice.Between(120, 900)}" : "";
            yield return (skill, level, expiry);
        }

        if (_dice.Percent(25)) yield return ("FIRST-AID", 1, _dice.Percent(30) ? "today-20" : "");
    }
}
