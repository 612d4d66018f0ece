using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.DemoGenerator;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Jobs;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import.Tests;

/// <summary>The demonstration borough: its committed files, and that they import on any day.</summary>
public sealed class BoroughTests
{
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];

    public static TheoryData<string> Todays =>
    [
        "2026-11-21", // Saturday
        "2026-11-22", // Sunday
        "2026-11-23",
        "2026-11-24 11:30", // in the middle of a working day: what has begun stays
        "2026-11-25 14:45",
        "2026-11-26",
        "2026-11-27",
        "2026-12-24", // the day before two bank holidays and two weekends
        "2026-12-25", // a bank holiday
        "2026-12-28",
        "2027-01-01",
        "2027-03-25", // Easter, and clocks go forward on the 28th
        "2027-03-27",
        "2027-10-29", // clocks go back on the 31st
        "2027-12-24",
        "2028-04-13",
        "2031-07-16", // beyond the bank holidays that the files know
    ];

    [Fact]
    public void Committed_files_are_what_the_generator_writes()
    {
        var generated = Borough.Files();
        foreach (var (name, text) in generated)
            Assert.True(text == File.ReadAllText(Path.Combine(Scene.DemoDirectory, name)),
                $"{name} differs: run dotnet run --project demo/generator -- --out demo");
        Assert.Equal(generated.Select(file => file.Name).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Scene.DemoDirectory).Select(path => Path.GetFileName(path)).Where(name => name != "README.md")
                .Order(StringComparer.Ordinal));
        Assert.True(generated.Sum(file => file.Text.Length) < 3_000_000);
    }

    [Theory]
    [MemberData(nameof(Todays))]
    public async Task Borough_imports_without_errors_and_every_day_is_feasible(string today)
    {
        var moment = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm")
            .Parse(today.Length > 10 ? today : $"{today} 07:40").Value;
        var scene = new Scene { Now = moment.InZoneStrictly(London).ToInstant() };
        var report = await scene.RunAsync(Scene.DemoDirectory);

        Assert.True(report.Succeeded, ReportText.Render(report));
        Assert.All(report.Files, file => Assert.Empty(file.Notices));
        Assert.True(scene.Ledger.Jobs.Count > 4_000);
        Assert.Equal(5, scene.Registry.Snapshot.Contracts.Count);
        AssertFeasible(scene);
    }

    [Fact]
    public async Task Second_import_of_the_borough_changes_nothing_even_the_day_after()
    {
        var scene = new Scene();
        await scene.RunAsync(Scene.DemoDirectory);
        var (upserts, taken) = (scene.Registry.Snapshot.Version, scene.Ledger.Taken.Count);

        var again = await scene.RunAsync(Scene.DemoDirectory);
        Assert.True(again.Succeeded, ReportText.Render(again));
        Assert.All(again.Files, file => Assert.Equal((0, 0, 0), (file.Added, file.Changed, file.Removed)));
        Assert.All(again.Files.Where(file => file.File != "shifts.csv"), file => Assert.True(file.Unchanged > 0, file.File));
        Assert.Equal(taken, scene.Ledger.Taken.Count);
        Assert.True(scene.Registry.Snapshot.Version >= upserts);

        // Relative days have moved on: the jobs are found again all the same.
        scene.Now += Duration.FromDays(2);
        var jobs = await scene.RunAsync(scene.Copy(Scene.DemoDirectory, "jobs.csv"));
        Assert.True(jobs.Succeeded, ReportText.Render(jobs));
        Assert.Equal(0, jobs.Files.Single().Added);
        Assert.Empty(jobs.Files.Single().Notices);
        Assert.Equal(taken, scene.Ledger.Taken.Count);
    }

    [Fact]
    public async Task Dry_run_reports_what_the_import_then_does()
    {
        var scene = new Scene();
        var dry = await scene.RunAsync(Scene.DemoDirectory, dryRun: true);
        Assert.Equal(0, scene.Registry.Upserts);
        Assert.Empty(scene.Ledger.Taken);
        Assert.Equal(0, await scene.Registry.CountPropertiesAsync(default));

        var real = await scene.RunAsync(Scene.DemoDirectory);
        Assert.Equal(Counts(real), Counts(dry));
        Assert.True(real.Files.Single(file => file.File == "jobs.csv").Added > 4_000);

        static IEnumerable<string> Counts(ImportReport report) =>
            report.Files.Select(file => $"{file.File} {file.Status} {file.Rows} {file.Added} {file.Changed} {file.Unchanged} "
                + $"{file.Removed}");
    }

    [Fact]
    public async Task Diaries_are_well_filled_this_week_and_thin_out()
    {
        var scene = new Scene();
        await scene.RunAsync(Scene.DemoDirectory);
        var zone = London;
        var holidays = scene.Registry.Snapshot.BankHolidays.Select(holiday => holiday.Day).ToHashSet();
        var used = scene.Ledger.Visits.GroupBy(visit => visit.Day)
            .ToDictionary(day => day.Key, day => day.Sum(visit => (visit.End - visit.Start).TotalMinutes));
        double Share(LocalDate day) => used.GetValueOrDefault(day) / scene.Registry.Snapshot.Operatives
            .Select(operative => Availability.On(operative, new DayClock(day, zone), holidays.Contains))
                .Sum(hours => (hours?.WorkingSeconds ?? 0) / 60.0);

        // Saturday 21 November: the next working day is Monday 23.
        foreach (var day in Enumerable.Range(23, 4).Select(day => new LocalDate(2026, 11, day))) Assert.InRange(Share(day), 0.40, 0.70);
        Assert.InRange(Share(new LocalDate(2026, 12, 10)), 0.02, 0.25);
        Assert.InRange(Share(new LocalDate(2026, 11, 17)), 0.45, 0.80);
    }

    /// <summary>Looks at every diary day with fresh eyes: from what the ledger took, not from what the import believed.</summary>
    static void AssertFeasible(Scene scene)
    {
        var operatives = scene.Registry.Snapshot.Operatives.ToDictionary(operative => operative.Id);
        var holidays = scene.Registry.Snapshot.BankHolidays.ToLookup(holiday => holiday.Organisation, holiday => holiday.Day);
        var days = scene.Ledger.Visits.GroupBy(visit => (visit.Operative, visit.Day)).ToList();
        Assert.True(days.Count > 500);
        foreach (var day in days)
        {
            var operative = operatives[day.Key.Operative];
            var clock = new DayClock(day.Key.Day, London);
            var hours = Availability.On(operative, clock, holidays[operative.Contractor].Contains);
            Assert.NotNull(hours);
            // As fixed as could be: each visit starts when it is planned to.
            var stops = day.OrderBy(visit => visit.Start).Select(visit => Stop.Of(visit with { StartFixed = true }, clock))
                .ToImmutableArray();
            Assert.True(new DiaryDay(DayBook.BoundsOf(operative, hours), stops, StraightLineTravel.Default).IsFeasible,
                $"{operative.Reference} {day.Key.Day}");
            Assert.All(day, visit => Assert.True(visit.Start >= visit.Promise.Start && visit.Start < visit.Promise.End));
            Assert.All(day, visit => Assert.True(visit.State is VisitState.Booked or VisitState.Completed));
        }
    }
}
