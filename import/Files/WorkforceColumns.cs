namespace OrleansScheduling.Import.Files;

static class OperativeColumns
{
    public static readonly Column Contractor = new("contractor", true, "Reference of a contractor.", "BROOKFIELD-DIRECT");
    public static readonly Column Reference = new("reference", true,
        $"The contractor's own reference: {Words.Reference}, no spaces; once for each contractor.", "BD-014");
    public static readonly Column Name = new("name", true, "1 to 200 characters.", "Rowan Tilbrook");
    public static readonly Column Trades = new("trades", true, $"Separated by spaces; each {Words.Code}.", "PLUMBER MULTI");
    public static readonly Column HomePatch = new("home_patch", true, $"Where the operative normally works: {Words.Code}.", "N1");
    public static readonly Column HelpsOutIn = new("helps_out_in", false, "Further patches, separated by spaces. Blank: none.", "N2 E1");
    public static readonly Column DedicatedTo = new("dedicated_to", false,
        "Reference of the one contract that the operative works for. Blank: shared between all that clearances.csv allows.", "BRK-REPAIRS");
    public static readonly Column StartLatitude = new("start_latitude", true, "Where the day starts, home or depot: as in properties.csv.",
        "51.50500");
    public static readonly Column StartLongitude = new("start_longitude", true, "As in properties.csv.", "-0.09800");
    public static readonly Column EndLatitude = new("end_latitude", false,
        "Where the day ends. Blank, as the longitude then must be: where it starts.", "51.50500");
    public static readonly Column EndLongitude = new("end_longitude", false, "As in properties.csv.", "-0.09800");
    public static readonly Column Pace = new("pace_percent", false, "Time taken in per cent of standard minutes: 50 to 200. Blank: 100.",
        "100");
    public static readonly Column WorksBankHolidays = new("works_bank_holidays", false, "`yes` or `no`. Blank: no.", "no");
    public static readonly Column MaxDay = new("max_day_minutes", false, "Longest working day: 1 to 1440. Blank: 780 (13 hours).", "780");
    public static readonly Column MinRest = new("min_rest_minutes", false,
        "Rest from one day's end to the next day's start: 0 to 1440. Blank: 660 (11 hours).", "660");

    public static readonly FileFormat Format = new("operatives.csv", "A person who carries out visits",
        ["organisations.csv", "contracts.csv"],
        [Contractor, Reference, Name, Trades, HomePatch, HelpsOutIn, DedicatedTo, StartLatitude, StartLongitude, EndLatitude, EndLongitude,
            Pace, WorksBankHolidays, MaxDay, MinRest]);
}

/// <summary>The two columns that name an operative in the lists below.</summary>
static class OperativeNameColumns
{
    public static readonly Column Contractor = new("contractor", true, "Reference of a contractor.", "BROOKFIELD-DIRECT");
    public static readonly Column Operative = new("operative", true, "Reference of one of its operatives.", "BD-014");
}

static class SkillColumns
{
    public static readonly Column Skill = new("skill", true, $"{Words.Code}; once for each operative.", "UNVENTED");
    public static readonly Column Level = new("level", true, "1 (basic) to 5 (expert).", "3");
    public static readonly Column LastValidDay = new("last_valid_day", false,
        $"The certificate's last day, itself included: {Words.Day}. Blank: no expiry.", "2027-03-31");

    public static readonly FileFormat Format = new("skills.csv", "A skill or certificate of an operative", ["operatives.csv"],
        [OperativeNameColumns.Contractor, OperativeNameColumns.Operative, Skill, Level, LastValidDay]);
}

static class ClearanceColumns
{
    public static readonly Column Contract = new("contract", true,
        "Reference of a contract of the same contractor; once for each operative.", "BRK-REPAIRS");
    public static readonly Column LastValidDay = new("last_valid_day", false,
        $"Last day on which it counts, itself included: {Words.Day}. Blank: no expiry.", "today+90");

    public static readonly FileFormat Format = new("clearances.csv", "Permission of an operative to work on a contract",
        ["operatives.csv", "contracts.csv"],
        [OperativeNameColumns.Contractor, OperativeNameColumns.Operative, Contract, LastValidDay]);
}

static class ShiftColumns
{
    const string BreakRule = "A break that floats between two times, with its minutes: `11:30-14:00 30`. Blank: none.";

    public static readonly Column Contractor = new("contractor", true, "Reference of a contractor.", "BROOKFIELD-DIRECT");
    public static readonly Column Code = new("code", true, $"The name that rotas.csv calls it by: {Words.Code}; once for each contractor.",
        "DAY");
    public static readonly Column Start = new("start", true, $"{Words.Time}.", "08:00");
    public static readonly Column End = new("end", true, $"{Words.Time}; not after the start means on the next day (22:00 to 06:00).",
        "16:30");
    public static readonly Column Break1 = new("break_1", false, BreakRule, "11:30-14:00 30");
    public static readonly Column Break2 = new("break_2", false, BreakRule, "");
    public static readonly Column Break3 = new("break_3", false, BreakRule, "");

    public static readonly FileFormat Format = new("shifts.csv",
        "A working day's hours, for use in rotas.csv of the same directory; not recorded by itself", ["organisations.csv"],
        [Contractor, Code, Start, End, Break1, Break2, Break3]);
}

static class RotaColumns
{
    const string DayRule = "A shift's code, or blank for a day off.";

    public static readonly Column From = new("effective_from", true,
        $"First day on which the rota counts; its week is week 1: {Words.Day}.", "2026-01-05");
    public static readonly Column To = new("effective_to", false,
        "Last day, itself included; the same in all weeks of a rota. Blank: no end known.", "");
    public static readonly Column Week = new("week", false, "1 to 8, without gaps; after the last comes the first again. Blank: 1.", "1");
    public static readonly Column Mon = new("mon", true, DayRule, "DAY");
    public static readonly Column Tue = new("tue", true, DayRule, "DAY");
    public static readonly Column Wed = new("wed", true, DayRule, "DAY");
    public static readonly Column Thu = new("thu", true, DayRule, "DAY");
    public static readonly Column Fri = new("fri", true, DayRule, "DAY");
    public static readonly Column Sat = new("sat", true, DayRule, "");
    public static readonly Column Sun = new("sun", true, DayRule, "");

    public static readonly IReadOnlyList<Column> Days = [Mon, Tue, Wed, Thu, Fri, Sat, Sun];

    public static readonly FileFormat Format = new("rotas.csv", "One week of an operative's repeating pattern",
        ["operatives.csv", "shifts.csv"],
        [OperativeNameColumns.Contractor, OperativeNameColumns.Operative, From, To, Week, .. Days]);
}

static class AbsenceColumns
{
    public static readonly Column From = new("from", true,
        $"First day away, or the moment: {Words.Day}, or one of these and a time: 2026-11-21 13:00.", "workday+4");
    public static readonly Column To = new("to", true, "Last day away, itself included, or the moment of return; after `from`.",
        "workday+6");
    public static readonly Column Reason = new("reason", true, "1 to 100 characters.", "Annual leave");

    public static readonly FileFormat Format = new("absences.csv", "Time away of an operative", ["operatives.csv"],
        [OperativeNameColumns.Contractor, OperativeNameColumns.Operative, From, To, Reason]);
}

static class OvertimeColumns
{
    public static readonly Column Day = new("day", true, $"{Words.Day}.", "workday+2");
    public static readonly Column Start = new("start", true, $"{Words.Time}.", "16:30");
    public static readonly Column End = new("end", true, $"{Words.Time}; before the start means on the next day.", "18:30");

    public static readonly FileFormat Format = new("overtime.csv", "Working time of an operative beyond the rota, or on a day off",
        ["operatives.csv"],
        [OperativeNameColumns.Contractor, OperativeNameColumns.Operative, Day, Start, End]);
}

static class JobColumns
{
    public static readonly Column Contract = new("contract", true, "Reference of a contract.", "BRK-REPAIRS");
    public static readonly Column Reference = new("reference", true,
        $"The landlord's own job reference: {Words.Reference}; once for each contract, apart from further visits.", "R-100482");
    public static readonly Column Visit = new("visit", false,
        "1 for the row that describes the job; 2 and more for its further appointments. Blank: 1.", "1");
    public static readonly Column Property = new("property", true,
        "Reference of a property of the contract's client, in a patch of the contract. Blank for visit 2 and more.", "100000001");
    public static readonly Column SorCodes = new("sor_codes", true,
        "1 to 12 codes of the contract's schedule of rates, separated by spaces. Blank for visit 2 and more.", "PLU015");
    public static readonly Column Description = new("description", false,
        "What was reported: at most 1000 characters. Blank for visit 2 and more.", "Kitchen tap drips all night");
    public static readonly Column Reported = new("reported", true,
        $"When, not before 2024 and not in the future: {Words.Day}, and a time: workday-2 09:14. Blank for visit 2 and more.",
        "workday-2 09:14");
    public static readonly Column Status = new("status", false,
        "`logged`, `booked`, `completed` or `cancelled`. Blank: booked when an appointment is given, else logged.", "booked");
    public static readonly Column Operatives = new("operatives", false,
        "References of the operatives who come, separated by spaces: as many as the work needs. Blank: no appointment.", "BD-014");
    public static readonly Column Day = new("day", false, $"The appointment's day: {Words.Day}. Given when operatives are.", "workday+1");
    public static readonly Column Window = new("window", false,
        "Code of the contract's window that the customer is promised. Given when operatives are.", "AM");
    public static readonly Column PlannedStart = new("planned_start", false,
        "Time at which work is planned to start, inside the window; kept when the day allows it. Blank: wherever it fits best.", "09:10");

    public static readonly FileFormat Format = new("jobs.csv", "A job that exists already, or a further appointment of one",
        ["organisations.csv", "contracts.csv", "windows.csv", "quotas.csv", "schedule-of-rates.csv", "bank-holidays.csv", "properties.csv",
            "operatives.csv", "skills.csv", "clearances.csv", "rotas.csv", "absences.csv", "overtime.csv"],
        [Contract, Reference, Visit, Property, SorCodes, Description, Reported, Status, Operatives, Day, Window, PlannedStart]);
}
