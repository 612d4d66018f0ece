using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Simulation.Tests;

/// <summary>Our program under load, as a process of its own that can be killed, and what it said until then.</summary>
sealed class LoadedProcess : IDisposable
{
    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    readonly Process process;
    readonly ConcurrentDictionary<string, LoadCommand> sent = new();
    readonly ConcurrentDictionary<string, (long Position, int Hold)> receipts = new();
    readonly ConcurrentDictionary<string, string> refusals = new();
    readonly ConcurrentQueue<string> errors = new();
    readonly Lock gate = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];

    LoadedProcess(Process process) => this.process = process;

    public IReadOnlyDictionary<string, LoadCommand> Sent => sent;

    public IReadOnlyDictionary<string, (long Position, int Hold)> Receipts => receipts;

    public IReadOnlyDictionary<string, string> Refusals => refusals;

    public static LoadedProcess Start(LedgerOptions options, int seed, string name)
    {
        // bench/bin/Debug/net10.0 beside tests/Simulation.Tests/bin/Debug/net10.0.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var bench = Path.GetFullPath(
            Path.Combine(here.FullName, "../../../../../bench/bin", here.Parent!.Name, here.Name, "OrleansScheduling.Bench.dll"));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [bench, "load", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--name", name];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(options.ConnectionString.Length > 0 ? "--connection" : "--directory");
        start.ArgumentList.Add(options.ConnectionString.Length > 0 ? options.ConnectionString : options.Directory);
        var loaded = new LoadedProcess(new Process { StartInfo = start });
        loaded.process.OutputDataReceived += (_, line) => loaded.Read(line.Data);
        loaded.process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) loaded.errors.Enqueue(line.Data);
        };
        loaded.process.Start();
        loaded.process.BeginOutputReadLine();
        loaded.process.BeginErrorReadLine();
        return loaded;
    }

    /// <summary>Returns when it has so many receipts in all; fails when it ends before.</summary>
    public async Task ReachAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (receipts.Count >= count) return;
            waiting.Add((count, reached));
        }

        var first = await Task.WhenAny(reached.Task, ended.Task).WaitAsync(Patience);
        Assert.True(first == reached.Task,
            $"The process ended with {receipts.Count} receipts: {string.Join(Environment.NewLine, errors.Take(20))}");
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
        // Everything that it wrote is read when the end of its output is.
        await ended.Task.WaitAsync(Patience);
    }

    public void Stop() => Assert.Equal(0, Signal(process.Id, SigStop));

    public void Continue() => Assert.Equal(0, Signal(process.Id, SigCont));

    void Read(string? line)
    {
        if (line is null)
        {
            ended.TrySetResult();
            return;
        }

        var parts = line.Length > 2 ? line[2..].Split('\t') : [];
        // A kill may leave half a line.
        if (line.StartsWith('>') && parts.Length == 7 && parts[6].Length > 0) sent[parts[0]] = LoadCommand.Parse(line[2..]);
        else if (line.StartsWith('!') && parts.Length == 2) refusals[parts[0]] = parts[1];
        else if (line.StartsWith('<') && parts.Length == 3 && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var hold))
            receipts[parts[0]] = (long.Parse(parts[1], CultureInfo.InvariantCulture), hold);
        lock (gate)
        {
            foreach (var (count, reached) in waiting)
            {
                if (receipts.Count >= count) reached.TrySetResult();
            }
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    // signal(7): the numbers on Linux.
    const int SigCont = 18;
    const int SigStop = 19;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
