namespace OrleansScheduling.Import.Tests;

/// <summary>Each rule of each file: a bad row, and the place and words in which it is reported.</summary>
public sealed class BadRowTests
{
    const string Org = "reference,name,kind,time_zone\n";
    const string Con = "reference,name,client,contractor,first_day,last_day,patches,trades,schedule,"
        + "min_notice_minutes,horizon_days,cut_off,hold_minutes,reserve_percent,reserve_release_days_before,reserve_release_at\n";
    const string Lent = "reference,name,client,contractor,first_day,last_day,patches,trades,schedule,"
        + "helpers_leave_percent,shared_leave_percent,sharing_release_days_before,sharing_release_at\n";
    const string Win = "contract,code,name,start,end,days\n";
    const string Quo = "contract,window,patch,max_per_day\n";
    const string Sor = "schedule,code,description,plain_name,trade,skills,standard_minutes,operatives,visits,gap_days,emergency\n";
    const string Hol = "organisation,day,name\n";
    const string Pro = "client,reference,kind,address_line_1,postcode,latitude,longitude,patch\n";
    const string Ope = "contractor,reference,name,trades,home_patch,helps_out_in,dedicated_to,"
        + "start_latitude,start_longitude,end_latitude,end_longitude,pace_percent,works_bank_holidays,max_day_minutes,min_rest_minutes\n";
    const string Ski = "contractor,operative,skill,level,last_valid_day\n";
    const string Cle = "contractor,operative,contract,last_valid_day\n";
    const string Shi = "contractor,code,start,end,break_1,break_2\n";
    const string Rot = "contractor,operative,effective_from,effective_to,week,mon,tue,wed,thu,fri,sat,sun\n";
    const string Abs = "contractor,operative,from,to,reason\n";
    const string Ove = "contractor,operative,day,start,end\n";

    public static TheoryData<string, string, int, string, string> Registry => new()
    {
        { "organisations.csv", Org + ",No reference,client,", 2, "reference", "Must not be blank" },
        { "organisations.csv", Org + "X,,client,", 2, "name", "Must not be blank" },
        { "organisations.csv", Org + "X,X,tenant,", 2, "kind", "Must be one of: client, contractor" },
        { "organisations.csv", Org + "X,X,client,Mars/Base", 2, "time_zone", "no such time zone" },
        { "organisations.csv", Org + "LAND,X,contractor,", 2, "kind", "does not change" },
        { "organisations.csv", Org + "X,X,client,\nX,X again,client,", 3, "reference", "line 2" },
        { "organisations.csv", Org + new string('X', 65) + ",X,client,", 2, "reference", "65 characters" },
        { "contracts.csv", Con + "C2,n,NOBODY,FIX,2026-01-01,,N1,PLUMBER,S1,,,,,,,", 2, "client", "no organisation" },
        { "contracts.csv", Con + "C2,n,FIX,LAND,2026-01-01,,N1,PLUMBER,S1,,,,,,,", 2, "client", "not a client" },
        { "contracts.csv", Con + "C1,n,LAND,FAR,2026-01-01,,N1,PLUMBER,S1,,,,,,,", 2, "contractor", "does not change" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,01/02/2026,,N1,PLUMBER,S1,,,,,,,", 2, "first_day", "Must be a date such as" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-02-30,,N1,PLUMBER,S1,,,,,,,", 2, "first_day", "Must be a date such as" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-02-01,2026-01-31,N1,PLUMBER,S1,,,,,,,", 2, "last_day", "before the first day" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,n1,PLUMBER,S1,,,,,,,", 2, "patches", "'n1' is not a code" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1 N1,PLUMBER,S1,,,,,,,", 2, "patches", "twice" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,,S1,,,,,,,", 2, "trades", "Must not be blank" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,s 1,,,,,,,", 2, "schedule", "Not a code" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,-5,,,,,,", 2, "min_notice_minutes", "whole number from 0" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,366,,,,,", 2, "horizon_days", "0 to 365" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,,25:00,,,,", 2, "cut_off", "Must be a time" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,,,61,,,", 2, "hold_minutes", "1 to 60" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,,,,91,,", 2, "reserve_percent", "0 to 90" },
        { "contracts.csv", Lent + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,101,,,", 2, "helpers_leave_percent", "0 to 100" },
        { "contracts.csv", Lent + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,half,,", 2, "shared_leave_percent", "0 to 100" },
        { "contracts.csv", Lent + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,,366,", 2, "sharing_release_days_before", "0 to 365" },
        { "contracts.csv", Lent + "C2,n,LAND,FIX,2026-01-01,,N1,PLUMBER,S1,,,,noon", 2, "sharing_release_at", "Must be a time" },
        { "windows.csv", Win + "C9,AM,Morning,08:00,12:00,", 2, "contract", "no contract" },
        { "windows.csv", Win + "C1,am,Morning,08:00,12:00,", 2, "code", "Not a code" },
        { "windows.csv", Win + "C1,AM,Morning,12:00,08:00,", 2, "end", "after the start" },
        { "windows.csv", Win + "C1,AM,Morning,08:00,08:00,", 2, "end", "after the start" },
        { "windows.csv", Win + "C1,AM,Morning,8am,12:00,", 2, "start", "Must be a time" },
        { "windows.csv", Win + "C1,AM,Morning,08:00,12:00,Mon-Frd", 2, "days", "weekdays" },
        { "windows.csv", Win + "C1,AM,Morning,08:00,12:00,\nC1,AM,Again,09:00,12:00,", 3, "code", "line 2" },
        { "windows.csv", Win + "C1,AM,Morning,08:00,12:00,\nC1,AM2,Again,08:00,12:00,", 3, "start", "same window" },
        { "windows.csv", Win + string.Concat(Enumerable.Range(1, 17).Select(i => $"C1,W{i},w,08:{i:D2},12:00,\n")), 2, "", "at most 16" },
        { "quotas.csv", Quo + "C1,EVE,,5", 2, "window", "no such window" },
        { "quotas.csv", Quo + "C1,,S9,5", 2, "patch", "does not serve" },
        { "quotas.csv", Quo + "C1,AM,,5\nC1,AM,,6", 3, "window", "line 2" },
        { "quotas.csv", Quo + "C1,AM,,many", 2, "max_per_day", "whole number" },
        { "schedule-of-rates.csv", Sor + "S1,X 1,d,p,PLUMBER,,30,,,,", 2, "code", "Not a code" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,GAS-SAFE,30,,,,", 2, "skills", "skill with its level" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,GAS-SAFE:6,30,,,,", 2, "skills", "levels being 1 to 5" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,481,,,,", 2, "standard_minutes", "1 to 480" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,0,,,,", 2, "standard_minutes", "1 to 480" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,5,,,", 2, "operatives", "1 to 4" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,1,6,1,", 2, "visits", "1 to 5" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,1,2,29,", 2, "gap_days", "0 to 28" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,1,2,0,", 2, "gap_days", "at least 1" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,1,1,2,", 2, "gap_days", "one visit" },
        { "schedule-of-rates.csv", Sor + "S1,X1,d,p,PLUMBER,,30,1,1,0,perhaps", 2, "emergency", "yes or no" },
        { "bank-holidays.csv", Hol + "LAND,2026-12-25,Christmas", 2, "organisation", "not a contractor" },
        { "bank-holidays.csv", Hol + "FIX,today,Christmas", 2, "day", "date such as" },
        { "bank-holidays.csv", Hol + "FIX,2026-12-25,Christmas\nFIX,2026-12-25,Again", 3, "day", "line 2" },
        { "properties.csv", Pro + "FIX,P5,,1 High Road,ZB1 2DE,51.5,-0.1,N1", 2, "client", "not a client" },
        { "properties.csv", Pro + "LAND,P5,castle,1 High Road,ZB1 2DE,51.5,-0.1,N1", 2, "kind", "home, communal, site" },
        { "properties.csv", Pro + "LAND,P5,,,ZB1 2DE,51.5,-0.1,N1", 2, "address_line_1", "Must not be blank" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,12345,51.5,-0.1,N1", 2, "postcode", "Not a United Kingdom postcode" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2CI,51.5,-0.1,N1", 2, "postcode", "Not a United Kingdom postcode" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,-0.1,51.5,N1", 2, "latitude", "exchanged" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,48.85,2.35,N1", 2, "latitude", "not in the United Kingdom" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,north,-0.1,N1", 2, "latitude", "degrees" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,NaN,-0.1,N1", 2, "latitude", "degrees" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,51.5,-0.1,north", 2, "patch", "Not a code" },
        { "properties.csv", Pro + "LAND,P5,,1 High Road,ZB1 2DE,51.5,-0.1,N1\nLAND,P5,,2 High Road,ZB1 2DE,51.5,-0.1,N1", 3, "reference",
            "line 2" },
        { "operatives.csv", Ope + "LAND,D,D,PLUMBER,N1,,,51.5,-0.1,,,,,,", 2, "contractor", "not a contractor" },
        { "operatives.csv", Ope + "FIX,D D,D,PLUMBER,N1,,,51.5,-0.1,,,,,,", 2, "reference", "No spaces" },
        { "operatives.csv", Ope + "FIX,D,D,,N1,,,51.5,-0.1,,,,,,", 2, "trades", "Must not be blank" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,N1,,51.5,-0.1,,,,,,", 2, "helps_out_in", "home patch" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,,C9,51.5,-0.1,,,,,,", 2, "dedicated_to", "no contract" },
        { "operatives.csv", Ope + "FAR,D,D,PLUMBER,N1,,C1,51.5,-0.1,,,,,,", 2, "dedicated_to", "another contractor" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,,,-0.1,51.5,,,,,,", 2, "start_latitude", "exchanged" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,,,51.5,-0.1,51.5,,,,,", 2, "end_longitude", "degrees" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,,,51.5,-0.1,,,49,,,", 2, "pace_percent", "50 to 200" },
        { "operatives.csv", Ope + "FIX,D,D,PLUMBER,N1,,,51.5,-0.1,,,,,1441,", 2, "max_day_minutes", "1 to 1440" },
        { "skills.csv", Ski + "FIX,Z,GAS-SAFE,3,", 2, "operative", "no operative" },
        { "skills.csv", Ski + "FIX,A,GAS-SAFE,6,", 2, "level", "1 to 5" },
        { "skills.csv", Ski + "FIX,A,GAS-SAFE,3,tomorrow", 2, "last_valid_day", "Must be a date" },
        { "skills.csv", Ski + "FIX,A,GAS-SAFE,3,\nFIX,A,GAS-SAFE,4,", 3, "skill", "line 2" },
        { "skills.csv", Ski + "FIX,A,GAS-SAFE,3,\nFIX,A,,,", 3, "", "line 2 has an entry" },
        { "skills.csv", Ski + "FIX,A,,,\nFIX,A,GAS-SAFE,3,", 3, "", "Line 2 says" },
        { "clearances.csv", Cle + "FIX,A,C9,", 2, "contract", "no contract" },
        { "clearances.csv", Cle + "FIX,A,C1,today+9999", 2, "last_valid_day", "Must be a date" },
        { "shifts.csv", Shi + "FIX,S,08:00,16:00,12:00-13:00,", 2, "break_1", "two times and minutes" },
        { "shifts.csv", Shi + "FIX,S,08:00,16:00,17:00-18:00 30,", 2, "break_1", "within the shift" },
        { "shifts.csv", Shi + "FIX,S,08:00,16:00,15:45-16:30 30,", 2, "break_1", "within the shift" },
        { "shifts.csv", Shi + "FIX,S,22:00,06:00,12:00-13:00 30,", 2, "break_1", "within the shift" },
        { "shifts.csv", Shi + "FIX,S,08:00,16:00,12:00-12:20 30,", 2, "break_1", "do not fit" },
        { "shifts.csv", Shi + "FIX,S,08:00,16:00,,\nFIX,S,09:00,16:00,,", 3, "code", "already" },
        { "rotas.csv", Rot + "FIX,A,2026-01-05,,1,DAYS,,,,,,", 2, "mon", "no shift of this code" },
        { "rotas.csv", Rot + "FIX,A,2026-01-05,2025-01-05,1,,,,,,,", 2, "effective_to", "before" },
        { "rotas.csv", Rot + "FIX,A,2026-01-05,,2,,,,,,,", 2, "week", "Week 1 of this rota is missing" },
        { "rotas.csv", Rot + "FIX,A,2026-01-05,,9,,,,,,,", 2, "week", "1 to 8" },
        { "absences.csv", Abs + "FIX,A,2026-12-02,2026-12-01,Leave", 2, "to", "after the start" },
        { "absences.csv", Abs + "FIX,A,2026-12-02 13:00,2026-12-02 13:00,Leave", 2, "to", "after the start" },
        { "absences.csv", Abs + "FIX,A,2026-12-02,2026-12-04,Leave\nFIX,A,2026-12-04,2026-12-05,Leave", 3, "from", "Overlaps" },
        { "absences.csv", Abs + "FIX,A,2026-12-02 1pm,2026-12-02 15:00,Leave", 2, "from", "a date and a time" },
        { "overtime.csv", Ove + "FIX,A,2026-12-02,18:00,18:00", 2, "end", "Must not be the start" },
        { "overtime.csv", Ove + "FIX,A,2026-12-02,20:00,02:00\nFIX,A,2026-12-03,01:00,03:00", 3, "start", "Overlaps" },
        { "overtime.csv", Ove + "FIX,A,2026-12-02,17:00,19:00\nFIX,A,2026-12-02,18:00,20:00", 3, "start", "Overlaps" },
    };

    /// <summary>
    /// Days that no database, clock or planner could reckon with: each file that has dates, before and after all that may be.
    /// </summary>
    public static TheoryData<string, string, string> FarDays => new()
    {
        { "contracts.csv", Con + "C2,n,LAND,FIX,1999-12-31,,N1,PLUMBER,S1,,,,,,,", "first_day" },
        { "contracts.csv", Con + "C2,n,LAND,FIX,2026-01-01,2201-01-01,N1,PLUMBER,S1,,,,,,,", "last_day" },
        { "bank-holidays.csv", Hol + "FIX,-0500-01-01,Saturnalia", "day" },
        { "bank-holidays.csv", Hol + "FIX,9999-12-31,The last", "day" },
        { "skills.csv", Ski + "FIX,A,GAS-SAFE,3,9999-12-31", "last_valid_day" },
        { "clearances.csv", Cle + "FIX,A,C1,0001-01-01", "last_valid_day" },
        { "rotas.csv", Rot + "FIX,A,-9998-01-01,,1,,,,,,,", "effective_from" },
        { "rotas.csv", Rot + "FIX,A,2026-01-05,9999-12-31,1,,,,,,,", "effective_to" },
        { "absences.csv", Abs + "FIX,A,2026-12-02,9999-12-31,Gone", "to" },
        { "absences.csv", Abs + "FIX,A,1066-10-14,2026-12-31,Gone", "from" },
        { "absences.csv", Abs + "FIX,A,2026-12-02,2201-01-01 00:00,Gone", "to" },
        { "overtime.csv", Ove + "FIX,A,9999-12-31,18:00,20:00", "day" },
    };

    [Theory]
    [MemberData(nameof(FarDays))]
    public Task Day_outside_the_almanac_is_refused(string file, string text, string column) =>
        Bad_row_is_reported_where_it_stands_and_nothing_of_its_file_is_recorded(
            file, text, 2, column, "Must be from 2000-01-01 to 2200-12-31.");

    [Fact]
    public async Task First_and_last_day_of_the_almanac_may_be_used_and_an_end_left_open()
    {
        var scene = await new Scene().SetUpAsync();
        var report = await scene.RunAsync(
            ("bank-holidays.csv", Hol + "FIX,2000-01-01,First\nFIX,2200-12-31,Last"),
            ("absences.csv", Abs + "FIX,A,2200-12-31,2200-12-31,Gone"),
            ("clearances.csv", Cle + "FIX,A,C1,"));

        Assert.True(report.Succeeded, ReportText.Render(report));
    }

    [Theory]
    [MemberData(nameof(Registry))]
    public async Task Bad_row_is_reported_where_it_stands_and_nothing_of_its_file_is_recorded(string file, string text, int line,
        string column, string rule)
    {
        var scene = await new Scene().SetUpAsync();
        var version = scene.Registry.Snapshot.Version;
        var report = await scene.RunAsync((file, text));

        var error = Assert.Single(report.Files).Errors;
        Assert.Contains(error, found => found.Line == line && found.Column == column
            && found.Rule.Contains(rule, StringComparison.Ordinal));
        Assert.All(error, found => Assert.Equal(file, found.File));
        Assert.Equal(FileStatus.Refused, report.Files[0].Status);
        Assert.False(report.Succeeded);
        Assert.Equal(version, scene.Registry.Snapshot.Version);
        Assert.Contains($"{file}:{line}: ", ReportText.Render(report), StringComparison.Ordinal);
    }

    /// <summary>Rows under <see cref="Scene.JobsHeader"/>. Now is Saturday 21 November 2026, 10:00.</summary>
    public static TheoryData<string, string, string> Jobs => new()
    {
        { "C9,J,1,P1,TAP,,today 09:00,,,,,", "contract", "no contract" },
        { "C1,J,1,P7,TAP,,today 09:00,,,,,", "property", "no property" },
        { "C1,J,1,P9,TAP,,today 09:00,,,,,", "property", "patch S9" },
        { "C1,J,1,P1,,,today 09:00,,,,,", "sor_codes", "Must not be blank" },
        { "C1,J,1,P1,TAP NOPE,,today 09:00,,,,,", "sor_codes", "NOPE is not in the contract's schedule" },
        { "C1,J,1,P1,TAP TAP,,today 09:00,,,,,", "sor_codes", "twice" },
        { "C1,J,1,P1,TAP," + new string('x', 1001) + ",today 09:00,,,,,", "description", "1001 characters" },
        { "C1,J,1,P1,TAP,,today,,,,,", "reported", "Must have a time" },
        { "C1,J,1,P1,TAP,,today 10:01,,,,,", "reported", "future" },
        { "C1,J,1,P1,TAP,,2023-12-31 10:00,,,,,", "reported", "2024-01-01" },
        { "C1,J,1,P1,TAP,,today 09:00,lost,,,,", "status", "Must be one of" },
        { "C1,J,1,P1,TAP,,today 09:00,booked,,,,", "status", "visit 1 has no appointment" },
        { "C1,J,1,P1,TAP,,today 09:00,logged,A,workday,AM,", "status", "has no appointment" },
        { "C1,J,1,P1,TAP,,today 09:00,,,workday,,", "day", "Without operatives" },
        { "C1,J,1,P1,TAP,,today 09:00,,Z,workday,AM,", "operatives", "no operative of the reference Z" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,someday,AM,", "day", "Must be a date" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,workday,EVE,", "window", "no such window" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,workday,AM,12:00", "planned_start", "before 12:00" },
        { "C1,J,1,P1,TAP,,today 09:00,,A B,workday,AM,", "operatives", "needs 1 operative" },
        { "C1,J,1,P1,CREW SKIM BATH,,today 09:00,,,,,", "sor_codes", "at most 12" },
        { "C1,J,1,P1,BATH,,today 09:00,,A,workday,AM,", "operatives", "needs 2 operatives" },
        { "C1,J,1,P1,TANK,,today 09:00,,A,workday,AM,", "operatives", "A does not have the skill UNVENTED at level 3" },
        { "C1,J,1,P1,SKIM,,today 09:00,,A,workday,AM,\nC1,J,2,,,,,,A,workday+5,AM,", "operatives", "A does not have the trade PLASTERER" },
        { "C1,J,1,P1,SKIM,,today 09:00,,B,workday,AM,", "status", "visit 2 has no appointment" },
        { "C1,J,1,P1,SKIM,,today 09:00,,B,workday,AM,\nC1,J,2,,,,,,B,workday+1,AM,", "day", "at least 3 days after" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,workday,AM,\nC1,J,2,,,,,,A,workday+1,AM,", "visit", "takes 1 visit" },
        { "C1,J,2,,,,,,A,workday,AM,", "visit", "visit 1 comes first" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,workday,AM,\nC1,J,1,P1,TAP,,today 09:00,,A,workday,AM,", "reference", "line 3" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,today,AM,", "window", "not offered on 2026-11-21" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,workday-1,AM,", "day", "is past" },
        { "C1,J,1,P1,TAP,,today 09:00,completed,A,workday,AM,", "day", "yet to come" },
        { "C1,J,1,P1,TAP,,today 09:00,,A,2028-01-04,AM,", "day", "days away" },
        { "C1,J,1,P1,TAP,,2025-12-01 09:00,completed,A,2025-12-30,AM,", "day", "not in force on 2025-12-30" },
        { "C1,J,1,P1,LONG,,today 09:00,,A,workday,AM,\nC1,K,1,P2,LONG,,today 09:00,,A,workday,AM,", "day", "with 1 visit there" },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task Bad_job_is_reported_by_its_rule_and_no_job_of_the_file_is_taken(string rows, string column, string rule)
    {
        var scene = await new Scene().SetUpAsync();
        var report = await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,GOOD,1,P2,TAP,,today 09:00,,,,,\n" + rows));

        var errors = Assert.Single(report.Files).Errors;
        Assert.Contains(errors, error => error.Column == column && error.Line > 2 && error.Rule.Contains(rule, StringComparison.Ordinal));
        Assert.Empty(scene.Ledger.Taken);
    }

    [Fact]
    public async Task All_errors_are_reported_not_only_the_first_and_beyond_a_bound_they_are_counted()
    {
        var scene = await new Scene().SetUpAsync();
        var rows = string.Concat(Enumerable.Range(0, 700).Select(i => $"LAND,Q{i},,1 High Road,nonsense,51.5,-0.1,bad patch\n"));
        var file = (await scene.RunAsync(("properties.csv", Pro + rows))).Files.Single();

        Assert.Equal(1400, file.ErrorCount);
        Assert.Equal(ImportLimits.MaxListedErrors, file.Errors.Count);
        Assert.Equal(["postcode", "patch"], file.Errors.Take(2).Select(error => error.Column));
    }
}
