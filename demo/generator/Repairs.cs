using System.Globalization;

namespace OrleansScheduling.DemoGenerator;

/// <summary>One item of the demonstration's schedule of rates.</summary>
/// <param name="Weight">How often it is reported, against the others.</param>
sealed record Repair(
    string Code, string Trade, int Minutes, int Operatives, int Visits, int GapDays, bool Emergency, string Skills, int Weight,
        string PlainName, string Description)
{
    public static IReadOnlyList<Repair> All { get; } = [.. RepairList.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(Parse)];

    /// <summary>code|trade|minutes|people|visits|gap|emergency|skills|weight|plain name|description</summary>
    static Repair Parse(string line)
    {
        var parts = line.Split('|');
        return new Repair(parts[0], parts[1], Number(parts[2]), Number(parts[3]), Number(parts[4]), Number(parts[5]), parts[6] == "E",
            parts[7], Number(parts[8]), parts[9], parts[10]);
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
