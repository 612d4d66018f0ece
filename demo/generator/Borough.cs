using System.Globalization;

namespace OrleansScheduling.DemoGenerator;

/// <summary>The demonstration borough, Brookfield, as import files: the same text each time.</summary>
public static class Borough
{
    const ulong Seed = 20_261_121;

    static readonly IReadOnlyList<(string Reference, string Name, string Kind)> Organisations =
    [
        (Town.Council, "Brookfield Homes", "client"),
        (Town.Trust, "Millrace Housing Trust", "client"),
        ("BROOKFIELD-DIRECT", "Brookfield Direct Works", "contractor"),
        ("COBBLEGATE", "Cobblegate Property Care", "contractor"),
        ("EMBERLINE", "Emberline Heating and Electrical", "contractor"),
    ];

    // gov.uk/bank-holidays, England and Wales; 2028 by the same rules (Banking and Financial Dealings Act 1971, schedule 1).
    static readonly IReadOnlyList<(string Day, string Name)> BankHolidays =
    [
        ("2026-01-01", "New Year's Day"), ("2026-04-03", "Good Friday"), ("2026-04-06", "Easter Monday"),
            ("2026-05-04", "Early May bank holiday"),
        ("2026-05-25", "Spring bank holiday"), ("2026-08-31", "Summer bank holiday"), ("2026-12-25", "Christmas Day"),
            ("2026-12-28", "Boxing Day (substitute day)"),
        ("2027-01-01", "New Year's Day"), ("2027-03-26", "Good Friday"), ("2027-03-29", "Easter Monday"),
            ("2027-05-03", "Early May bank holiday"),
        ("2027-05-31", "Spring bank holiday"), ("2027-08-30", "Summer bank holiday"), ("2027-12-27", "Christmas Day (substitute day)"),
            ("2027-12-28", "Boxing Day (substitute day)"),
        ("2028-01-03", "New Year's Day (substitute day)"), ("2028-04-14", "Good Friday"), ("2028-04-17", "Easter Monday"),
            ("2028-05-01", "Early May bank holiday"),
        ("2028-05-29", "Spring bank holiday"), ("2028-08-28", "Summer bank holiday"), ("2028-12-25", "Christmas Day"),
            ("2028-12-26", "Boxing Day"),
    ];

    /// <summary>Each file's name and its text.</summary>
    public static IReadOnlyList<(string Name, string Text)> Files()
    {
        var dice = new Dice(Seed);
        var town = new Town(dice);
        var workforce = new Workforce(dice);
        var absences = Absences(workforce, dice);
        var overtime = Overtime(workforce);
        var bookings = new Bookings(dice, town, workforce);
        return
        [
            ("organisations.csv", OrganisationsCsv()), ("contracts.csv", ContractsCsv()), ("windows.csv", WindowsCsv()),
                ("quotas.csv", QuotasCsv()),
            ("schedule-of-rates.csv", RatesCsv()), ("bank-holidays.csv", BankHolidaysCsv()), ("properties.csv", PropertiesCsv(town)),
            ("operatives.csv", OperativesCsv(workforce)), ("skills.csv", SkillsCsv(workforce)),
                ("clearances.csv", ClearancesCsv(workforce)),
            ("shifts.csv", Rotas.ShiftsCsv()), ("rotas.csv", Rotas.RotasCsv(workforce)), ("absences.csv", absences),
                ("overtime.csv", overtime),
            ("jobs.csv", JobsCsv(bookings)), ("roads.geojson", new Roads(town).ToGeoJson()),
        ];
    }

    static string OrganisationsCsv()
    {
        var csv = new Csv("reference", "name", "kind", "time_zone");
        foreach (var (reference, name, kind) in Organisations) csv.Row(reference, name, kind, "Europe/London");
        return csv.ToString();
    }

    static string ContractsCsv()
    {
        var csv = new Csv("reference", "name", "client", "contractor", "first_day", "last_day", "patches", "trades", "schedule",
            "min_notice_minutes",
            "horizon_days", "cut_off", "hold_minutes", "reserve_percent", "reserve_release_days_before", "reserve_release_at",
            "helpers_leave_percent", "shared_leave_percent", "sharing_release_days_before", "sharing_release_at");
        var patches = string.Join(' ', Town.Patches);
        (string Last, object?[] Rules)[] rules =
        [
            ("", [120, 42, "17:00", 5, 12, 0, "10:00", 30, 0, 2, "12:00"]),
            ("", [240, 56, "16:00", 5, 8, 1, "15:00", 20, 15, 3, "12:00"]),
            ("", [60, 28, null, 5, 15, 0, "09:00", null, null, null, null]),
            ("2036-03-31", [180, 28, "16:30", 10, 10, 0, "11:00", 20, 0, 3, "12:00"]),
            ("2036-03-31", [120, 28, "17:00", 10, 10, 1, "16:00", null, null, null, null]),
        ];
        foreach (var (agreement, (last, rule)) in Workforce.Agreements.Zip(rules))
        {
            csv.Row([agreement.Reference, agreement.Name, agreement.Client, agreement.Contractor, "2024-01-01", last, patches,
                agreement.Trades, "BRK26", .. rule]);
        }

        return csv.ToString();
    }

    static string WindowsCsv()
    {
        var csv = new Csv("contract", "code", "name", "start", "end", "days");
        foreach (var window in Window.All) csv.Row(window.Contract, window.Code, window.Name, Time(window.Start), Time(window.End),
            window.Days);
        return csv.ToString();
    }

    static string QuotasCsv()
    {
        var csv = new Csv("contract", "window", "patch", "max_per_day");
        foreach (var limit in Limit.All) csv.Row(limit.Contract, limit.Window, limit.Patch, limit.MaxPerDay);
        return csv.ToString();
    }

    static string RatesCsv()
    {
        var csv = new Csv("schedule", "code", "description", "plain_name", "trade", "skills", "standard_minutes", "operatives", "visits",
            "gap_days", "emergency");
        foreach (var repair in Repair.All)
        {
            csv.Row("BRK26", repair.Code, repair.Description, repair.PlainName, repair.Trade, repair.Skills, repair.Minutes,
                repair.Operatives,
                repair.Visits, repair.GapDays, repair.Emergency ? "yes" : "no");
        }

        return csv.ToString();
    }

    static string BankHolidaysCsv()
    {
        var csv = new Csv("organisation", "day", "name");
        foreach (var organisation in Organisations.Where(organisation => organisation.Kind == "contractor"))
        {
            foreach (var (day, name) in BankHolidays) csv.Row(organisation.Reference, day, name);
        }

        return csv.ToString();
    }

    static string PropertiesCsv(Town town)
    {
        var csv = new Csv("client", "reference", "kind", "address_line_1", "address_line_2", "postcode", "latitude", "longitude", "patch");
        foreach (var home in town.Homes)
            csv.Row(home.Client, home.Reference, home.Kind, home.Line1, home.Line2, home.Postcode, home.Spot.Latitude, home.Spot.Longitude,
                home.Patch);
        return csv.ToString();
    }

    static string OperativesCsv(Workforce workforce)
    {
        var csv = new Csv("contractor", "reference", "name", "trades", "home_patch", "helps_out_in", "dedicated_to", "start_latitude",
            "start_longitude",
            "end_latitude", "end_longitude", "pace_percent", "works_bank_holidays", "max_day_minutes", "min_rest_minutes");
        foreach (var worker in workforce.Workers)
        {
            var (latitude, longitude) = worker.End == worker.Start ? ("", "") : (worker.End.Latitude, worker.End.Longitude);
            csv.Row(worker.Contractor, worker.Reference, worker.Name, worker.Trade, worker.HomePatch, string.Join(' ', worker.HelpsOutIn),
                worker.DedicatedTo,
                worker.Start.Latitude, worker.Start.Longitude, latitude, longitude, worker.Pace, worker.Pattern == Workforce.Night ? "yes"
                    : "no", 780, 660);
        }

        return csv.ToString();
    }

    static string SkillsCsv(Workforce workforce)
    {
        var csv = new Csv("contractor", "operative", "skill", "level", "last_valid_day");
        foreach (var worker in workforce.Workers)
        {
            foreach (var (skill, level, expiry) in worker.Skills) csv.Row(worker.Contractor, worker.Reference, skill, level, expiry);
        }

        return csv.ToString();
    }

    static string ClearancesCsv(Workforce workforce)
    {
        var csv = new Csv("contractor", "operative", "contract", "last_valid_day");
        foreach (var worker in workforce.Workers)
        {
            foreach (var (contract, expiry) in worker.Clearances) csv.Row(worker.Contractor, worker.Reference, contract, expiry);
        }

        return csv.ToString();
    }

    /// <summary>Leave, sickness and half days; the days are kept free of jobs.</summary>
    static string Absences(Workforce workforce, Dice dice)
    {
        (string Reason, int Days)[] kinds = [("Annual leave", 5), ("Annual leave", 3), ("Sickness", 2), ("Training", 1),
            ("Medical appointment", 0)];
        var csv = new Csv("contractor", "operative", "from", "to", "reason");
        foreach (var worker in workforce.Workers.Where((_, index) => index % 5 == 2))
        {
            var (reason, days) = dice.Pick(kinds);
            var first = dice.Between(-4, 11);
            for (var day = first; day < first + Math.Max(1, days); day++) worker.Away.Add(day);
            if (days == 0) csv.Row(worker.Contractor, worker.Reference, $"{Workday(first)} 13:00", $"{Workday(first)} 17:00", reason);
            else csv.Row(worker.Contractor, worker.Reference, Workday(first), Workday(first + days - 1), reason);
        }

        return csv.ToString();
    }

    /// <summary>Two more hours after a day shift.</summary>
    static string Overtime(Workforce workforce)
    {
        var csv = new Csv("contractor", "operative", "day", "start", "end");
        var workers = workforce.Workers.Where(worker => worker.Pattern == Workforce.Day && worker.Away.Count == 0).ToList();
        for (var i = 0; i < workers.Count; i += 6)
        {
            for (var day = 0; day < 3; day++) csv.Row(workers[i].Contractor, workers[i].Reference, Workday((i % 4) + (day * 2)), "16:30",
                "18:30");
        }

        return csv.ToString();
    }

    static string JobsCsv(Bookings bookings)
    {
        var csv = new Csv("contract", "reference", "visit", "property", "sor_codes", "description", "reported", "status", "operatives",
            "day", "window", "planned_start");
        foreach (var job in bookings.All.OrderBy(job => job.ReportedDay).ThenBy(job => job.ReportedMinute)
            .ThenBy(job => job.Reference, StringComparer.Ordinal))
        {
            var codes = string.Join(' ', job.Repairs.Select(repair => repair.Code));
            var head = new object?[] { job.Contract, job.Reference, 1, job.Home.Reference, codes, job.Description,
                $"{Workday(job.ReportedDay)} {Time(job.ReportedMinute)}", job.Status };
            if (job.Appointments.Count == 0) csv.Row([.. head, null, null, null, null]);
            foreach (var appointment in job.Appointments)
            {
                var workers = string.Join(' ', appointment.Workers.Select(worker => worker.Reference));
                csv.Row([.. appointment.Visit == 1 ? head : [job.Contract, job.Reference, appointment.Visit, null, null, null, null, null],
                    workers, Workday(appointment.Day), appointment.Window, Time(appointment.Start)]);
            }
        }

        return csv.ToString();
    }

    static string Time(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:D2}:{minute % 60:D2}");

    static string Workday(int day) => day == 0 ? "workday"
        : string.Create(CultureInfo.InvariantCulture, $"workday{(day > 0 ? "+" : "")}{day}");
}
