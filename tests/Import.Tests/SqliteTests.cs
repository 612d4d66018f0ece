using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Ledger;
using Xunit.Abstractions;

namespace OrleansScheduling.Import.Tests;

/// <summary>The borough in a real ledger.</summary>
public sealed class SqliteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Borough_imports_into_sqlite_and_a_second_run_finds_everything_as_it_is()
    {
        var directory = Directory.CreateTempSubdirectory("import-ledger-").FullName;
        var options = new ImportOptions(new Scene().Now);
        int jobs;
        await using (var database = await OpenAsync(directory))
        {
            var importer = new Importer(database.Registry, database.Ledger);
            var dry = await importer.RunAsync(Scene.DemoDirectory, options with { DryRun = true }, null, default);
            Assert.True(dry.Succeeded, ReportText.Render(dry));
            Assert.Equal(0, await database.Registry.CountPropertiesAsync(default));

            var first = await importer.RunAsync(Scene.DemoDirectory, options, new Watch(output), default);
            Assert.True(first.Succeeded, ReportText.Render(first));
            output.WriteLine(ReportText.Render(first));
            Assert.Equal(dry.Files.Select(file => file.Added), first.Files.Select(file => file.Added));
            jobs = first.Files.Single(file => file.File == "jobs.csv").Added;
        }

        await using (var database = await OpenAsync(directory))
        {
            Assert.True(await database.Registry.CountPropertiesAsync(default) > 12_000);
            var diaries = new List<DiaryRecord>();
            await foreach (var diary in database.Ledger.LoadAllDiariesAsync(new LocalDate(2026, 1, 1), default)) diaries.Add(diary);
            Assert.True(diaries.Sum(diary => diary.Visits.Count) >= jobs - 100);

            var importer = new Importer(database.Registry, database.Ledger);
            var again = await importer.RunAsync(Scene.DemoDirectory, options, new Watch(output), default);
            Assert.True(again.Succeeded, ReportText.Render(again));
            Assert.All(again.Files, file => Assert.Equal((0, 0, 0), (file.Added, file.Changed, file.Removed)));
        }

        Directory.Delete(directory, recursive: true);
    }

    static Task<LedgerDatabase> OpenAsync(string directory) =>
        LedgerDatabase.OpenAsync(new LedgerOptions { Directory = directory }, TimeProvider.System, NullLoggerFactory.Instance, default);

    /// <summary>Prints when each file was done.</summary>
    sealed class Watch(ITestOutputHelper output) : IProgress<ImportProgress>
    {
        readonly long _start = Stopwatch.GetTimestamp();

        public void Report(ImportProgress value) =>
            output.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,7:F3} s {value.File} {value.Step} {value.Rows}");
    }
}
