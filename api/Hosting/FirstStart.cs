using System.Diagnostics;
using NodaTime;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Import;
using OrleansScheduling.Import.Roads;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Api.Hosting;

/// <summary>Fills an empty ledger with the demonstration, by the same path as any import, and says when the process is ready.</summary>
sealed partial class FirstStart(
    AvailabilityService availability,
    RegistryCache registry,
    IRegistryStore store,
    ILedger ledger,
    IStateStore state,
    IFeed feed,
    Readiness readiness,
    DemoOptions options,
    SchedulingOptions scheduling,
    IConfiguration configuration,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<FirstStart> log) : BackgroundService
{
    static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(50);

    readonly DemoRecord record = new(state);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await availability.Ready.WaitAsync(stoppingToken);
        var done = StartPhase.Started;
        try
        {
            if ((options.Import ?? environment.IsDevelopment()) && await IsWantedAsync(stoppingToken))
                done = await ImportAsync(stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            LogImportFailed(failure);
            done = StartPhase.ImportFailed;
        }

        readiness.Phase = done;
        LogStarted(readiness.IsStarted);
    }

    /// <summary>
    /// What a killed import left is told from somebody's own by its organisations, which come first and are written at once.
    /// </summary>
    Task<bool> IsWantedAsync(CancellationToken cancellationToken)
    {
        var organisations = registry.Current.Organisations.Values;
        return record.IsWantedAsync(organisations.Length == 0, AllAreOfTheDemonstration, cancellationToken);

        bool AllAreOfTheDemonstration()
        {
            if (FindDirectory(options.Directory, AppContext.BaseDirectory) is not { } directory) return false;
            var file = Path.Combine(directory, "organisations.csv");
            var references = File.ReadLines(file).Skip(1).Select(line => line.Split(',')[0].Trim('"')).ToHashSet(StringComparer.Ordinal);
            return organisations.All(organisation => references.Contains(organisation.Reference));
        }
    }

    async Task<StartPhase> ImportAsync(CancellationToken cancellationToken)
    {
        if (FindDirectory(options.Directory, AppContext.BaseDirectory) is not { } directory)
        {
            LogNoDemo();
            return StartPhase.Started;
        }

        readiness.Phase = StartPhase.Importing;
        var started = Stopwatch.GetTimestamp();
        UseRoads(directory, cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        now = await record.BeginAsync(now, cancellationToken);
        var report = await new Importer(store, ledger)
            .RunAsync(directory, new ImportOptions(now) { Travel = availability.Travel }, new Shown(readiness), cancellationToken);
        if (!report.Succeeded)
        {
            LogImportRefused(report.ErrorCount);
            return StartPhase.ImportFailed;
        }

        await record.FinishAsync(cancellationToken);
        // Ready means that what was imported can be found and booked.
        var head = await feed.HeadAsync(cancellationToken);
        while (availability.Position < head) await Task.Delay(FollowPause, time, cancellationToken);
        LogImported(report.Files.Sum(file => file.Rows), Stopwatch.GetElapsedTime(started).TotalSeconds);
        return StartPhase.Started;
    }

    /// <summary>
    /// The demonstration's roads become the network beside the ledger, before anything is planned. Not with PostgreSQL: other processes may
    /// share that ledger, and all have to plan with the same roads.
    /// </summary>
    void UseRoads(string directory, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, RoadsFile);
        if (scheduling.Roads.Length > 0 || !File.Exists(file) || !string.IsNullOrEmpty(configuration.GetConnectionString("Ledger"))) return;
        var saveAs = TravelFiles.DefaultPath(configuration);
        var report = RoadImport.Run(file, saveAs, RoadSpeeds.Default, null, cancellationToken);
        if (report.Succeeded) availability.Use(TravelFiles.Load(saveAs, scheduling.StraightLine()));
        else LogRoadsRefused(report.ErrorCount);
    }

    const string RoadsFile = "roads.geojson";

    /// <summary>
    /// The demonstration's files: where the setting says, beside a published program, or in the repository above a built one.
    /// </summary>
    internal static string? FindDirectory(string setting, string programDirectory)
    {
        if (setting.Length > 0) return setting;
        // api/bin/Debug/net10.0 is four below the repository.
        const int MaxLevels = 6;
        var directory = new DirectoryInfo(programDirectory);
        for (var level = 0; level < MaxLevels && directory is not null; level++, directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "demo");
            if (File.Exists(Path.Combine(candidate, "organisations.csv"))) return candidate;
        }

        return null;
    }

    sealed class Shown(Readiness readiness) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => readiness.Progress = value;
    }
}
