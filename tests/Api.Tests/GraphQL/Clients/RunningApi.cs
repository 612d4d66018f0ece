using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL.Clients;

/// <summary>The program itself, in a process of its own, on the two towns in SQLite; it can be killed and started again.</summary>
public sealed class RunningApi : IAsyncLifetime
{
    /// <summary>Where it was built; beside the tests it would take their grains for its own.</summary>
    static readonly string Program = Path.GetFullPath(Path.Combine(
        NodeTools.FolderOf(), "..", "..", "..", "api",
        Path.GetRelativePath(Path.Combine(NodeTools.FolderOf(), ".."), AppContext.BaseDirectory), "OrleansScheduling.Api.dll"));

    const string Listening = "Now listening on: ";
    const string Started = "The first start is over; ready: True";

    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    readonly string directory = Directory.CreateTempSubdirectory("clients-").FullName;
    Process? process;

    public int Port { get; private set; }

    public LocalDate Today { get; } =
        Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).Date;

    public async Task InitializeAsync()
    {
        if (NodeTools.ReasonToSkip() is not null) return;
        await using (var database = await LedgerDatabase.OpenAsync(
            new LedgerOptions { Directory = directory }, TimeProvider.System, NullLoggerFactory.Instance, default))
            await TwoTowns.FillAsync(database.Registry, Today);
        await StartAsync();
    }

    /// <summary>A planner's key, made on the command line.</summary>
    public async Task<string> NewKeyAsync(string name)
    {
        using var command = Run("keys", "create", "--organisation", "ASHBY", "--name", name, "--role", "Planner");
        var key = await command.StandardOutput.ReadLineAsync().WaitAsync(StartPatience);
        await command.StandardOutput.ReadToEndAsync().WaitAsync(StartPatience);
        await command.WaitForExitAsync().WaitAsync(StartPatience);
        Assert.Equal(0, command.ExitCode);
        return key!;
    }

    /// <summary>Ends the program without a goodbye and starts it on what it left.</summary>
    /// <returns>Its new port.</returns>
    public async Task<int> RestartAsync()
    {
        await EndAsync();
        await StartAsync();
        return Port;
    }

    async Task StartAsync()
    {
        // A machine that is busy with other tests is slower than the limit for strangers.
        process = Run("--urls", "http://127.0.0.1:0", "--Demo:Import", "false", "--GraphQL:RequestTimeout", "00:01:00");
        using var patience = new CancellationTokenSource(StartPatience);
        var lines = new List<string>();
        for (var isListening = false; ;)
        {
            var line = await process.StandardOutput.ReadLineAsync(patience.Token);
            Assert.True(line is not null, "The program has ended: " + string.Join('\n', lines));
            lines.Add(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                (Port, isListening) = (new Uri(line[(at + Listening.Length)..].Trim()).Port, true);
            if (line.Contains(Started, StringComparison.Ordinal)) lines.Add(Started);
            if (isListening && lines.Contains(Started)) break;
        }

        // The pipe is short: a program whose words nobody reads would stop in the middle of one.
        _ = process.StandardOutput.ReadToEndAsync();
    }

    Process Run(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Program, .. arguments, "--Ledger:Directory", directory])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
        })!;

    async Task EndAsync()
    {
        if (process is null) return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(StartPatience);
        process.Dispose();
        process = null;
    }

    public async Task DisposeAsync()
    {
        await EndAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }
}
