namespace OrleansScheduling.Import.Files;

static class Words
{
    public const string Reference = "1 to 64 characters";
    public const string Code = "1 to 32 characters: A-Z, 0-9, and - _ . / between them";
    public const string Day = "a date such as 2026-11-21, or today, today+3, today-2, workday, workday+3, workday-2";
    public const string Time = "a time such as 08:00";
}

static class OrganisationColumns
{
    public static readonly Column Reference = new("reference", true,
        $"The name that other files and systems know it by: {Words.Reference}; unique.", "BROOKFIELD-HOMES");
    public static readonly Column Name = new("name", true, "1 to 200 characters.", "Brookfield Homes");
    public static readonly Column Kind = new("kind", true, "`client` or `contractor`. It does not change once recorded.", "client");
    public static readonly Column TimeZone = new("time_zone", false,
        "A TZDB name; a contractor's diaries are kept in it. Blank: Europe/London.", "Europe/London");

    public static readonly FileFormat Format = new("organisations.csv", "A client or a contractor", [], [Reference, Name, Kind, TimeZone]);
}

static class ContractColumns
{
    public static readonly Column Reference = new("reference", true, $"{Words.Reference}; unique.", "BRK-REPAIRS");
    public static readonly Column Name = new("name", true, "1 to 200 characters.", "Brookfield responsive repairs");
    public static readonly Column Client = new("client", true, "Reference of a client. It does not change once recorded.",
        "BROOKFIELD-HOMES");
    public static readonly Column Contractor = new("contractor", true, "Reference of a contractor. It does not change once recorded.",
        "BROOKFIELD-DIRECT");
    public static readonly Column FirstDay = new("first_day", true, $"First day on which work is done under it: {Words.Day}.",
        "2026-04-01");
    public static readonly Column LastDay = new("last_day", false, "Last day, itself included; not before the first. Blank: no end agreed.",
        "2031-03-31");
    public static readonly Column Patches = new("patches", true, $"The patches that it serves, separated by spaces; each {Words.Code}.",
        "N1 N2 E1");
    public static readonly Column Trades = new("trades", true, $"The trades that it covers, separated by spaces; each {Words.Code}.",
        "PLUMBER ELECTRICIAN");
    public static readonly Column Schedule = new("schedule", true, $"The schedule of rates that it works to: {Words.Code}.", "BRK26");
    public static readonly Column MinNotice = new("min_notice_minutes", false,
        "Least time from booking to the start of the window: 0 to 525600 (365 days). Blank: 0.", "120");
    public static readonly Column Horizon = new("horizon_days", false, "How many days ahead routine work is offered: 0 to 365. Blank: 28.",
        "28");
    public static readonly Column CutOff = new("cut_off", false,
        "Time of day after which the next day is closed to routine work. Blank: none.", "17:00");
    public static readonly Column HoldMinutes = new("hold_minutes", false, "Life of a hold: 1 to 60. Blank: 5.", "5");
    public static readonly Column ReservePercent = new("reserve_percent", false,
        "Share of each working day kept for emergencies: 0 to 90 per cent. Blank: 0.", "15");
    public static readonly Column ReserveDays = new("reserve_release_days_before", false,
        "Days before the day when that share is released: 0 to 365; 0 is the day itself. Blank: 0.", "0");
    public static readonly Column ReserveAt = new("reserve_release_at", false, "Time of day of the release. Blank: 00:00.", "10:00");

    public static readonly Column HelpersLeave = new("helpers_leave_percent", false,
        "Share of each working day that operatives of other patches keep for their own: 0 to 100 per cent. Blank: 0.",
        "40");
    public static readonly Column SharedLeave = new("shared_leave_percent", false,
        "Share of each working day that operatives with other contracts too keep for those: 0 to 100 per cent. Blank: 0.",
        "25");
    public static readonly Column SharingDays = new("sharing_release_days_before", false,
        "Days before the day when both shares are released: 0 to 365; 0 is the day itself. Blank: 0.", "1");
    public static readonly Column SharingAt = new("sharing_release_at", false, "Time of day of that release. Blank: 00:00.", "12:00");

    public static readonly Column Improvements = new("improvements", false,
        "Whether a planner is asked before the plan of the day is improved, or told afterwards: ask or tell. Blank: ask.", "tell");

    public static readonly FileFormat Format = new("contracts.csv", "An agreement under which one contractor works for one client",
        ["organisations.csv"],
        [Reference, Name, Client, Contractor, FirstDay, LastDay, Patches, Trades, Schedule, MinNotice, Horizon, CutOff, HoldMinutes,
            ReservePercent, ReserveDays, ReserveAt, HelpersLeave, SharedLeave, SharingDays, SharingAt, Improvements]);
}

static class WindowColumns
{
    public static readonly Column Contract = new("contract", true, "Reference of a contract.", "BRK-REPAIRS");
    public static readonly Column Code = new("code", true, $"{Words.Code}; once in a contract, which has at most 16.", "AM");
    public static readonly Column Name = new("name", true, "What the customer reads: 1 to 100 characters.", "Morning");
    public static readonly Column Start = new("start", true, "Arrival at or after this time.", "08:00");
    public static readonly Column End = new("end", true, "Arrival before this time; after the start.", "12:00");
    public static readonly Column Days = new("days", false,
        "Weekdays on which it is offered: `Mon-Fri`, `Mon Wed Sat`, `daily`. Blank: Mon-Fri.", "Mon-Sat");

    public static readonly FileFormat Format = new("windows.csv", "An appointment window of a contract", ["contracts.csv"],
        [Contract, Code, Name, Start, End, Days]);
}

static class QuotaColumns
{
    public static readonly Column Contract = new("contract", true, "Reference of a contract.", "BRK-REPAIRS");
    public static readonly Column Window = new("window", false, "Code of a window of the contract. Blank: all windows together.", "AM");
    public static readonly Column Patch = new("patch", false, "A patch of the contract. Blank: all patches together.", "N1");
    public static readonly Column MaxPerDay = new("max_per_day", true, "At most so many appointments a day: 0 to 10000.", "40");

    public static readonly FileFormat Format = new("quotas.csv", "A limit on a contract's appointments, at most 64 for one contract",
        ["contracts.csv", "windows.csv"], [Contract, Window, Patch, MaxPerDay]);
}

static class RateColumns
{
    public static readonly Column Schedule = new("schedule", true, $"The schedule of rates that the item stands in: {Words.Code}.",
        "BRK26");
    public static readonly Column Code = new("code", true, $"{Words.Code}; once in a schedule.", "PLU015");
    public static readonly Column Description = new("description", true, "The trade's words for it: 1 to 500 characters.",
        "Renew tap washer or cartridge");
    public static readonly Column PlainName = new("plain_name", true, "The tenant's words for it: 1 to 100 characters.", "Tap dripping");
    public static readonly Column Trade = new("trade", true, $"Who does it: {Words.Code}.", "PLUMBER");
    public static readonly Column Skills = new("skills", false,
        "Skills needed, separated by spaces, each with a level from 1 (basic) to 5 (expert): `UNVENTED:2`. Blank: none.", "UNVENTED:2");
    public static readonly Column Minutes = new("standard_minutes", true, "On-site time of one visit: 1 to 480.", "30");
    public static readonly Column Operatives = new("operatives", false, "People on site at the same time: 1 to 4. Blank: 1.", "1");
    public static readonly Column Visits = new("visits", false, "Visits to finish the work: 1 to 5. Blank: 1.", "1");
    public static readonly Column GapDays = new("gap_days", false,
        "Days from one visit to the next: 0 to 28; at least 1 when there is more than one visit, else 0. Blank: the least.", "0");
    public static readonly Column Emergency = new("emergency", false, "`yes` or `no`. Blank: no.", "no");

    public static readonly FileFormat Format = new("schedule-of-rates.csv", "A piece of work with its code, and what it takes to do it", [],
        [Schedule, Code, Description, PlainName, Trade, Skills, Minutes, Operatives, Visits, GapDays, Emergency]);
}

static class BankHolidayColumns
{
    public static readonly Column Organisation = new("organisation", true, "Reference of a contractor.", "BROOKFIELD-DIRECT");
    public static readonly Column Day = new("day", true, "A date such as 2026-12-25; once for each contractor.", "2026-12-25");
    public static readonly Column Name = new("name", true, "1 to 100 characters.", "Christmas Day");

    public static readonly FileFormat Format = new("bank-holidays.csv",
        "A day on which a contractor's operatives do not work, unless their row says that they do", ["organisations.csv"],
        [Organisation, Day, Name]);
}

static class PropertyColumns
{
    public static readonly Column Client = new("client", true, "Reference of a client.", "BROOKFIELD-HOMES");
    public static readonly Column Reference = new("reference", true,
        $"The client's own reference, often the UPRN: {Words.Reference}; once for each client.", "100000001");
    public static readonly Column Kind = new("kind", false, "`home`, `communal` or `site`. Blank: home.", "home");
    public static readonly Column AddressLine1 = new("address_line_1", true, "1 to 200 characters.", "Flat 3, Osier House");
    public static readonly Column AddressLine2 = new("address_line_2", false, "At most 200 characters.", "12 Tansy Road");
    public static readonly Column Postcode = new("postcode", true, "A United Kingdom postcode; any case, with or without the space.",
        "ZB1 2DE");
    public static readonly Column Latitude = new("latitude", true, "Degrees north, in the United Kingdom: 49.8 to 60.9.", "51.50123");
    public static readonly Column Longitude = new("longitude", true, "Degrees east, in the United Kingdom: -8.7 to 1.8.", "-0.10234");
    public static readonly Column Patch = new("patch", true, $"The patch that it lies in: {Words.Code}.", "N1");

    public static readonly FileFormat Format = new("properties.csv",
        "A home, the shared parts of a block, or another place where work is done", ["organisations.csv"],
        [Client, Reference, Kind, AddressLine1, AddressLine2, Postcode, Latitude, Longitude, Patch]);
}
