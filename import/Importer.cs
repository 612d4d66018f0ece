using OrleansScheduling.Import.DryRun;
using OrleansScheduling.Import.Files;
using OrleansScheduling.Import.Jobs;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import;

/// <summary>Imports a directory of CSV files into the registry and the ledger, each file all or nothing.</summary>
public sealed class Importer(IRegistryStore registry, ILedger ledger)
{
    /// <summary>In the order of <see cref="FileFormats.All"/>; each builds on files before it only.</summary>
    static readonly IReadOnlyList<FileImport> Files =
    [
        new OrganisationsFile(),
        new ContractsFile(),
        new WindowsFile(),
        new QuotasFile(),
        new RatesFile(),
        new BankHolidaysFile(),
        new PropertiesFile(),
        new OperativesFile(),
        new SkillsFile(),
        new ClearancesFile(),
        new ShiftsFile(),
        new RotasFile(),
        new AbsencesFile(),
        new OvertimeFile(),
        new JobsFile(),
    ];

    /// <summary>
    /// Reads the files that are there, in their order. Errors in them are part of the report; an exception means that the registry or the
    /// ledger failed, and then the files reported as imported until then are recorded.
    /// </summary>
    public async Task<ImportReport> RunAsync(
        string directory, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory)) return Failed(directory, options, "There is no such directory.");
        var present = Files.Where(file => File.Exists(Path.Combine(directory, file.Format.Name))).ToList();
        if (present.Count == 0)
            return Failed(directory, options,
                $"The directory has none of the files {string.Join(", ", Files.Select(file => file.Format.Name))}.");

        var run = options.DryRun
            ? new ImportRun(new OverlayRegistry(registry), new SilentLedger(ledger), options, progress)
            : new ImportRun(registry, ledger, options, progress);
        await run.LoadRegistryAsync(cancellationToken);
        var reports = new List<FileReport>();
        var failed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in present)
        {
            var report = failed.Overlaps(file.Format.BuildsOn)
                ? new FileReport(file.Format.Name, FileStatus.Skipped, 0, 0, 0, 0, 0, 0, [], [])
                : await ImportFileAsync(file, Path.Combine(directory, file.Format.Name), run, cancellationToken);
            if (report.Status != FileStatus.Imported) failed.Add(file.Format.Name);
            reports.Add(report);
        }

        return new ImportReport(directory, options.DryRun, reports, [], UnknownFiles(directory));
    }

    static async Task<FileReport> ImportFileAsync(FileImport file, string path, ImportRun run, CancellationToken cancellationToken)
    {
        var log = new ErrorLog(file.Format.Name);
        var counts = default(Counts);
        var table = CsvTable.Open(path, file.Format, log);
        if (table is not null) counts = await file.ImportAsync(table, run, cancellationToken);
        run.Report(file.Format.Name, ImportStep.Finished, table?.RowCount ?? 0);
        var status = log.Count == 0 ? FileStatus.Imported : FileStatus.Refused;
        if (status == FileStatus.Refused) counts = default;
        return new FileReport(file.Format.Name, status, table?.RowCount ?? 0,
            counts.Added, counts.Changed, counts.Unchanged, counts.Removed, log.Count, log.Errors, log.Notices);
    }

    static ImportReport Failed(string directory, ImportOptions options, string rule) =>
        new(directory, options.DryRun, [], [new ImportError(directory, 0, "", "", rule)], []);

    /// <summary>A misspelt file name would otherwise look like a file that was imported.</summary>
    static List<string> UnknownFiles(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.csv").Select(path => Path.GetFileName(path))
            .Where(name => Files.All(file => !string.Equals(file.Format.Name, name, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Take(ImportLimits.MaxNotices)
                .Select(name => $"{name} is not one of the import files and was not read.")];
}
