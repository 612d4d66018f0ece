using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Import.Tests;

/// <summary>What an import does with files that are right.</summary>
public sealed class ImportTests
{
    static (int Added, int Changed, int Unchanged, int Removed) Counts(ImportReport report)
    {
        Assert.True(report.Succeeded, ReportText.Render(report));
        var file = Assert.Single(report.Files);
        return (file.Added, file.Changed, file.Unchanged, file.Removed);
    }

    [Fact]
    public async Task Second_run_tells_added_changed_and_unchanged_apart_and_makes_no_duplicates()
    {
        var scene = new Scene();
        await scene.RunAsync(("organisations.csv", Scene.Organisations));
        var again = await scene.RunAsync(
            ("organisations.csv", Scene.Organisations.Replace("A landlord", "The landlord", StringComparison.Ordinal)
            + "NEW,New,client\n"));
        Assert.Equal((1, 1, 2, 0), Counts(again));
        Assert.Equal(4, scene.Registry.Snapshot.Organisations.Count);
    }

    [Fact]
    public async Task List_of_a_named_owner_is_replaced_and_others_keep_theirs()
    {
        var scene = await new Scene().SetUpAsync();
        const string Header = "contractor,operative,skill,level,last_valid_day\n";
        Assert.Equal((4, 0, 0, 0), Counts(
            await scene.RunAsync(("skills.csv", Header + "FIX,A,X,1,\nFIX,A,Y,2,2027-03-31\nFIX,A,Z,3,\nFIX,B,X,5,\n"))));
        Assert.Equal((1, 1, 1, 1), Counts(await scene.RunAsync(("skills.csv", Header + "FIX,A,W,1,\nFIX,A,X,1,\nFIX,A,Y,4,2027-03-31\n"))));
        Assert.Equal((0, 0, 0, 3), Counts(await scene.RunAsync(("skills.csv", Header + "FIX,A,,,\n"))));
        var (a, b) = (scene.Registry.Snapshot.Operatives[0], scene.Registry.Snapshot.Operatives[1]);
        Assert.Empty(a.Skills);
        Assert.Equal(5, Assert.Single(b.Skills).Level);
    }

    [Fact]
    public async Task Operatives_imported_again_keep_what_other_files_said_of_them()
    {
        var scene = await new Scene().SetUpAsync();
        var before = scene.Registry.Snapshot.Operatives[0];
        Assert.Equal((0, 1, 1, 0), Counts(
            await scene.RunAsync(("operatives.csv", Scene.Operatives.Replace("Ada", "Eda", StringComparison.Ordinal)))));
        var after = scene.Registry.Snapshot.Operatives[0];
        Assert.Equal((before.Id, "Eda Tilbrook", 1), (after.Id, after.Name, after.WorkingTime.Rotas.Count));
        Assert.Single(after.Clearances);
    }

    [Fact]
    public async Task Rota_of_several_weeks_is_put_together_and_a_night_must_end_before_the_next_shift()
    {
        var scene = await new Scene().SetUpAsync();
        const string Header = "contractor,operative,effective_from,effective_to,week,mon,tue,wed,thu,fri,sat,sun\n";
        var good = await scene.RunAsync(("shifts.csv", Scene.Shifts),
            ("rotas.csv", Header + "FIX,A,2026-03-02,2026-12-31,2,,,,,,NIGHT,\nFIX,A,2026-03-02,2026-12-31,1,DAY,DAY,,,,,\n"));
        Assert.True(good.Succeeded, ReportText.Render(good));
        var rota = Assert.Single(scene.Registry.Snapshot.Operatives[0].WorkingTime.Rotas);
        Assert.NotNull(rota.ShiftOn(new LocalDate(2026, 3, 3)));
        Assert.True(rota.ShiftOn(new LocalDate(2026, 3, 14))!.EndsNextDay);
        Assert.Equal(new LocalTime(11, 30), rota.ShiftOn(new LocalDate(2026, 3, 2))!.Breaks.Single().Earliest);

        var early = Scene.Shifts + "FIX,EARLY,05:00,12:00,\n";
        var clash = await scene.RunAsync(("shifts.csv", early), ("rotas.csv", Header + "FIX,A,2026-03-02,,1,EARLY,,,,,,NIGHT\n"));
        Assert.Contains(clash.Files[1].Errors, error => error.Column == "mon"
            && error.Rule.Contains("has not ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_that_builds_on_a_refused_one_is_skipped_and_so_is_what_builds_on_that()
    {
        var report = await new Scene().RunAsync(
            ("organisations.csv", Scene.Organisations), ("contracts.csv", Scene.Contracts + "C2,x,LAND,FIX,never,,N1,PLUMBER,S1\n"),
            ("schedule-of-rates.csv", Scene.Rates), ("windows.csv", Scene.Windows), ("quotas.csv", "contract,max_per_day\nC1,5\n"));
        Assert.Equal(
            ["organisations.csv Imported", "contracts.csv Refused", "windows.csv Skipped", "quotas.csv Skipped",
                "schedule-of-rates.csv Imported"],
            report.Files.Select(file => $"{file.File} {file.Status}"));
        Assert.Equal(1, report.ErrorCount);
        Assert.Contains("contracts.csv:3: first_day 'never': Must be a date", ReportText.Render(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-21 10:00", "workday", "2026-11-23")] // Saturday
    [InlineData("2026-11-21 10:00", "workday-1", "2026-11-20")]
    [InlineData("2026-11-21 10:00", "workday+1", "2026-11-24")]
    [InlineData("2026-11-20 10:00", "workday", "2026-11-20")]
    [InlineData("2026-11-20 10:00", "workday+1", "2026-11-23")]
    [InlineData("2026-12-24 10:00", "workday+1", "2026-12-29")] // 25 and 28 are bank holidays of the contractor
    [InlineData("2026-12-25 10:00", "workday", "2026-12-29")]
    [InlineData("2026-12-25 10:00", "workday-1", "2026-12-24")]
    [InlineData("2026-11-21 10:00", "today+3", "2026-11-24")]
    [InlineData("2026-11-21 10:00", "today", "2026-11-21")]
    [InlineData("2026-06-30 23:30", "today", "2026-07-01")] // summer time: it is tomorrow in London
    public async Task Relative_days_are_reckoned_in_the_contractors_zone_and_working_days(string utcNow, string text, string day)
    {
        var scene = await new Scene().SetUpAsync();
        await scene.RunAsync(("bank-holidays.csv",
            "organisation,day,name\nFIX,2026-12-25,Christmas\nFIX,2026-12-28,Boxing Day\nFAR,2026-12-24,Own day\n"));
        scene.Now = NodaTime.Text.InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(utcNow).Value;
        await scene.RunAsync(("skills.csv", $"contractor,operative,skill,level,last_valid_day\nFIX,A,X,1,{text}\n"));
        Assert.Equal(day, scene.Registry.Snapshot.Operatives[0].Skills.Single().LastValidDay!.Value.ToString("uuuu-MM-dd", null));
    }

    [Fact]
    public async Task Booked_job_has_its_visit_promise_status_and_event()
    {
        var scene = await new Scene().SetUpAsync();
        Assert.Equal((1, 0, 0, 0), Counts(
            await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,J1,1,P1,TAP,Drip,today-1 09:14,,A,workday,AM,09:10\n"))));
        var job = Assert.Single(scene.Ledger.Jobs);
        Assert.Equal((JobStatus.Booked, 1L, 1, "Drip"), (job.Status, job.Version, job.LastNumber, job.Description));
        Assert.Equal(Instant.FromUtc(2026, 11, 20, 9, 14), job.ReportedAt);
        var visit = Assert.Single(scene.Ledger.Visits);
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 10), visit.Start);
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 40), visit.End);
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 8, 0), visit.Promise.Start);
        Assert.Equal(job.Promise, visit.Promise);
        var entry = Assert.Single(scene.Ledger.Taken);
        Assert.Equal((EventKind.BookingMade, scene.Now, job.Id), (entry.Event.Kind, entry.Event.At, entry.Event.Job!.Value));
    }

    [Fact]
    public async Task Logged_cancelled_and_completed_jobs_keep_their_state()
    {
        var scene = await new Scene().SetUpAsync();
        var report = await scene.RunAsync(("jobs.csv", Scene.JobsHeader
            + "C1,J1,1,P1,TAP,,today-9 09:14,,,,,\nC1,J2,1,P1,TAP,,today-9 09:14,cancelled,,,,\nC1,J3,1,P1,TAP,,today-9 "
                + "09:14,completed,A,workday-2,PM,13:00\n"));
        Assert.Equal((3, 0, 0, 0), Counts(report));
        Assert.Equal([JobStatus.Logged, JobStatus.Completed, JobStatus.Cancelled], scene.Ledger.Jobs.Select(job => job.Status).Order());
        Assert.Equal(VisitState.Completed, Assert.Single(scene.Ledger.Visits).State);
        Assert.Equal([EventKind.JobLogged, EventKind.BookingMade, EventKind.BookingCancelled],
            scene.Ledger.Taken.Select(entry => entry.Event.Kind).Order());
    }

    [Fact]
    public async Task Two_people_start_together_and_further_visits_follow()
    {
        var scene = await new Scene().SetUpAsync();
        var report = await scene.RunAsync(("jobs.csv", Scene.JobsHeader
            + "C1,J0,1,P2,TAP,,today-1 09:14,,A,workday,AM,08:20\n"
            + "C1,J1,1,P1,BATH,,today-1 09:14,,A B,workday,AM,\n"
            + "C1,J2,1,P1,SKIM,,today-1 09:14,,B,workday,PM,\nC1,J2,2,,,,,,B,workday+3,AM,10:00\n"));
        Assert.Equal((3, 0, 0, 0), Counts(report));
        var pair = scene.Ledger.Visits.Where(visit => visit.StartFixed).ToList();
        Assert.Equal(2, pair.Count);
        Assert.Equal(pair[0].Start, pair[1].Start);
        Assert.NotEqual(pair[0].Operative, pair[1].Operative);
        var skim = scene.Ledger.Jobs.Single(job => job.Visits.Any(visit => visit.Stage == 1));
        Assert.Equal([0, 1], skim.Visits.Select(visit => visit.Stage));
        Assert.Equal([1, 2], skim.Visits.Select(visit => visit.Id.Number));
    }

    [Fact]
    public async Task Planned_start_gives_way_when_the_day_does_not_allow_it_and_the_promise_holds()
    {
        var scene = await new Scene().SetUpAsync();
        var report = await scene.RunAsync(("jobs.csv", Scene.JobsHeader
            + "C1,J1,1,P1,TAP,,today-1 09:14,,A,workday,AM,09:00\nC1,J2,1,P2,TAP,,today-1 09:14,,A,workday,AM,09:10\n"));
        Assert.True(report.Succeeded, ReportText.Render(report));
        var visits = scene.Ledger.Visits.OrderBy(visit => visit.Start).ToList();
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 0), visits[0].Start);
        Assert.True(visits[1].Start > visits[0].End);
    }

    [Fact]
    public async Task Imported_job_is_found_again_on_another_day_and_left_as_it_is()
    {
        var scene = await new Scene().SetUpAsync();
        const string Rows = Scene.JobsHeader + "C1,J1,1,P1,TAP,Drip,workday-1 09:14,,A,workday+1,AM,09:10\n";
        Assert.Equal((1, 0, 0, 0), Counts(await scene.RunAsync(("jobs.csv", Rows))));
        scene.Now += Duration.FromDays(3);
        var same = await scene.RunAsync(("jobs.csv", Rows));
        Assert.Equal((0, 0, 1, 0), Counts(same));
        Assert.Empty(same.Files[0].Notices);
        var changed = await scene.RunAsync(
            ("jobs.csv", Rows.Replace("Drip", "Flood", StringComparison.Ordinal) + "C1,J2,1,P1,TAP,,today-1 09:14,,,,,\n"));
        Assert.Equal((1, 0, 1, 0), Counts(changed));
        Assert.Contains("J1 was imported before with other values", Assert.Single(changed.Files[0].Notices), StringComparison.Ordinal);
        Assert.Equal(["Drip", ""], scene.Ledger.Jobs.Select(job => job.Description));
    }

    [Fact]
    public async Task Quota_counts_first_appointments_and_is_not_passed()
    {
        var scene = await new Scene().SetUpAsync();
        await scene.RunAsync(("quotas.csv", "contract,window,patch,max_per_day\nC1,AM,,2\nC1,,N1,9\n"));
        string Job(int number) => $"C1,J{number},1,P1,TAP,,today-1 09:14,,A,workday,AM,\n";
        Assert.True((await scene.RunAsync(("jobs.csv", Scene.JobsHeader + Job(1)))).Succeeded);
        var full = await scene.RunAsync(("jobs.csv", Scene.JobsHeader + Job(1) + Job(2) + Job(3)));
        Assert.Contains("quota of 2 appointments on 2026-11-23 (AM, all patches) is used up", Assert.Single(full.Files[0].Errors).Rule,
            StringComparison.Ordinal);
        Assert.True((await scene.RunAsync(("jobs.csv", Scene.JobsHeader + Job(2)))).Succeeded);
        Assert.Equal([2, 2], scene.Ledger.Quotas.Values);
    }

    [Fact]
    public async Task Diary_that_moves_meanwhile_is_read_again()
    {
        var scene = await new Scene().SetUpAsync();
        var operative = scene.Registry.Snapshot.Operatives[0].Id;
        scene.Ledger.BeforeNextImport = () => scene.Ledger.Touch(operative);
        Assert.Equal((1, 0, 0, 0), Counts(
            await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,J1,1,P1,TAP,,today-1 09:14,,A,workday,AM,\n"))));
        Assert.Equal(2, Assert.Single(scene.Ledger.Taken).Event.Diaries.Single().Version);
    }

    [Fact]
    public async Task Change_of_working_time_that_would_break_a_promise_is_refused()
    {
        var scene = await new Scene().SetUpAsync();
        await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,J1,1,P1,TAP,,today-1 09:14,,A,workday,AM,\n"));
        const string Header = "contractor,operative,from,to,reason\n";
        var away = await scene.RunAsync(("absences.csv", Header + "FIX,A,workday,workday,Leave\n"));
        Assert.Contains("A has 1 visit on 2026-11-23 that could not be kept", Assert.Single(away.Files[0].Errors).Rule,
            StringComparison.Ordinal);
        var holiday = await scene.RunAsync(("bank-holidays.csv", "organisation,day,name\nFIX,2026-11-23,Extra day\n"));
        Assert.Equal((2, "day"), (holiday.Files[0].Errors.Single().Line, holiday.Files[0].Errors.Single().Column));
        Assert.Empty(scene.Registry.Snapshot.BankHolidays);
        Assert.Equal((1, 0, 0, 0), Counts(await scene.RunAsync(("absences.csv", Header + "FIX,A,workday 13:00,workday 17:00,Dentist\n"))));
    }

    [Fact]
    public async Task Recorded_visits_that_make_room_are_moved_in_the_same_import()
    {
        var scene = await new Scene().SetUpAsync();
        await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,J1,1,P1,TAP,,today-1 09:14,,A,workday,PM,13:00\n"));
        await scene.RunAsync(("jobs.csv", Scene.JobsHeader + "C1,J2,1,P2,LONG,,today-1 09:14,,A,workday,AM,09:30\n"));
        Assert.Equal([EventKind.BookingMade, EventKind.DiaryReplanned, EventKind.BookingMade],
            scene.Ledger.Taken.Select(entry => entry.Event.Kind));
        var visits = scene.Ledger.Visits.OrderBy(visit => visit.Start).ToList();
        Assert.True(visits[0].End <= visits[1].Start && visits[1].Start > Instant.FromUtc(2026, 11, 23, 13, 0));
    }

    [Fact]
    public async Task Progress_is_reported_for_each_file()
    {
        var seen = new List<ImportProgress>();
        await new Scene().RunAsync(Scene.DemoDirectory, progress: new Recorder(seen));
        Assert.Equal(15, seen.Count(step => step.Step == ImportStep.Finished));
        Assert.Contains(seen, step => step is { File: "properties.csv", Step: ImportStep.Reading, Rows: 5_000 });
        Assert.Contains(seen, step => step is { File: "jobs.csv", Step: ImportStep.Writing });
    }

    [Fact]
    public async Task Cancelled_import_stops()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Importer(new MemoryRegistry(), new MemoryLedger()).RunAsync(Scene.DemoDirectory, new ImportOptions(new Scene().Now), null,
                source.Token));
    }

    [Fact]
    public void Weekday_sets_are_read_as_people_write_them()
    {
        Assert.Equal(DaysOfWeek.Weekdays, Reading.DaysText.Read("mon-fri"));
        Assert.Equal(DaysOfWeek.Monday | DaysOfWeek.Wednesday | DaysOfWeek.Saturday, Reading.DaysText.Read("Mon Wed Sat"));
        Assert.Equal(DaysOfWeek.Saturday | DaysOfWeek.Sunday | DaysOfWeek.Monday, Reading.DaysText.Read("Sat-Mon"));
        Assert.Equal(DaysOfWeek.All, Reading.DaysText.Read("daily"));
        Assert.Null(Reading.DaysText.Read("-"));
    }

    sealed class Recorder(List<ImportProgress> seen) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => seen.Add(value);
    }
}
