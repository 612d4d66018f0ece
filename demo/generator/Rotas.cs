namespace OrleansScheduling.DemoGenerator;

/// <summary>The shifts of the three contractors, and who works which.</summary>
static class Rotas
{
    const string From = "2024-01-01";

    static readonly (string Code, string Start, string End, string Break)[] Shifts =
    [
        ("DAY", "08:00", "16:30", "11:30-14:00 30"),
        ("EARLY", "07:00", "15:30", "11:00-13:30 30"),
        ("LATE", "11:30", "20:00", "15:00-17:30 30"),
        ("SCHOOL", "09:30", "14:30", "12:00-13:20 20"),
        ("LONG", "07:30", "18:00", "11:30-14:00 45"),
        ("SAT", "08:00", "12:30", ""),
        ("NIGHT", "22:00", "06:00", "01:00-04:00 45"),
    ];

    public static string ShiftsCsv()
    {
        var csv = new Csv("contractor", "code", "start", "end", "break_1");
        foreach (var contractor in (ReadOnlySpan<string>)["BROOKFIELD-DIRECT", "COBBLEGATE", "EMBERLINE"])
        {
            foreach (var (code, start, end, pause) in Shifts) csv.Row(contractor, code, start, end, pause);
        }

        return csv.ToString();
    }

    public static string RotasCsv(Workforce workforce)
    {
        var csv = new Csv("contractor", "operative", "effective_from", "effective_to", "week", "mon", "tue", "wed", "thu", "fri", "sat",
            "sun");
        foreach (var worker in workforce.Workers)
        {
            var weeks = WeeksOf(worker.Pattern);
            for (var week = 0; week < weeks.Length; week++) csv.Row(
                [worker.Contractor, worker.Reference, From, null, week + 1, .. weeks[week]]);
        }

        return csv.ToString();
    }

    static string[][] WeeksOf(Pattern pattern) => pattern.Code switch
    {
        "DAY-SAT" => [Week("DAY", "SAT"), Week("DAY", "")],
        "EARLY" => [Week("EARLY", "")],
        "EARLY-LATE" => [Week("EARLY", ""), Week("LATE", "")],
        "SCHOOL" => [Week("SCHOOL", "")],
        "MON-WED" => [["LONG", "LONG", "LONG", "", "", "", ""]],
        "NIGHT" => [["NIGHT", "NIGHT", "NIGHT", "NIGHT", "NIGHT", "", ""]],
        _ => [Week("DAY", "")],
    };

    static string[] Week(string weekday, string saturday) => [weekday, weekday, weekday, weekday, weekday, saturday, ""];
}
