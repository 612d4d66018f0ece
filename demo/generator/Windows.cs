namespace OrleansScheduling.DemoGenerator;

/// <summary>A contract's appointment window; minutes of the day.</summary>
sealed record Window(string Contract, string Code, string Name, int Start, int End, string Days)
{
    public bool OnWeekdays => Days != "Sat";

    public static readonly IReadOnlyList<Window> All =
    [
        new("BRK-REPAIRS", "ALLDAY", "All day", 480, 1020, "Mon-Fri"),
        new("BRK-REPAIRS", "AM", "Morning", 480, 720, "Mon-Fri"),
        new("BRK-REPAIRS", "SCHOOL", "Between school runs", 570, 870, "Mon-Fri"),
        new("BRK-REPAIRS", "PM", "Afternoon", 720, 1020, "Mon-Fri"),
        new("BRK-REPAIRS", "EVE", "Evening", 1020, 1200, "Mon-Fri"),
        new("BRK-REPAIRS", "SAT-AM", "Saturday morning", 480, 750, "Sat"),
        new("BRK-ROOFS", "ALLDAY", "All day", 480, 1020, "Mon-Fri"),
        new("BRK-ROOFS", "AM", "Morning", 480, 720, "Mon-Fri"),
        new("BRK-ROOFS", "PM", "Afternoon", 720, 1020, "Mon-Fri"),
        new("BRK-GAS", "0810", "8 to 10", 480, 600, "Mon-Fri"),
        new("BRK-GAS", "1012", "10 to 12", 600, 720, "Mon-Fri"),
        new("BRK-GAS", "1214", "12 to 2", 720, 840, "Mon-Fri"),
        new("BRK-GAS", "1416", "2 to 4", 840, 960, "Mon-Fri"),
        new("BRK-GAS", "1618", "4 to 6", 960, 1080, "Mon-Fri"),
        new("BRK-GAS", "SAT-AM", "Saturday morning", 480, 750, "Sat"),
        new("MRT-REPAIRS", "AM", "Morning", 480, 720, "Mon-Fri"),
        new("MRT-REPAIRS", "SCHOOL", "Between school runs", 570, 870, "Mon-Fri"),
        new("MRT-REPAIRS", "PM", "Afternoon", 720, 1020, "Mon-Fri"),
        new("MRT-REPAIRS", "SAT-AM", "Saturday morning", 480, 750, "Sat"),
        new("MRT-HEATING", "AM", "Morning", 480, 720, "Mon-Fri"),
        new("MRT-HEATING", "PM", "Afternoon", 720, 1020, "Mon-Fri"),
        new("MRT-HEATING", "SCHOOL", "Between school runs", 570, 870, "Mon-Fri"),
    ];
}

/// <param name="Window">Empty: all windows together.</param>
/// <param name="Patch">Empty: all patches together.</param>
sealed record Limit(string Contract, string Window, string Patch, int MaxPerDay)
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new("MRT-REPAIRS", "", "", 110), new("MRT-REPAIRS", "AM", "", 60), new("MRT-REPAIRS", "SCHOOL", "", 40),
        new("MRT-REPAIRS", "AM", "E1", 14), new("MRT-REPAIRS", "AM", "N1", 14),
        new("BRK-REPAIRS", "SCHOOL", "", 70), new("BRK-REPAIRS", "EVE", "", 8),
        new("BRK-GAS", "0810", "", 24),
        new("MRT-HEATING", "", "", 60),
    ];
}
