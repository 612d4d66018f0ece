using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansScheduling.Bench.Faults;

/// <summary>One process of the service, as it is built or published, at an address that stays its own through every restart.</summary>
sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>Far longer than a start takes on a crowded machine.</summary>
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    /// <summary>A drain has ten seconds, and the runtime a little more.</summary>
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Last lines of the log that are told when it does not start.</summary>
    const int LinesKept = 200;

    /// <summary>What the log says of an answer that should not have been, after the time; the first few are told, each a line.</summary>
    const string FailedLine = "fail: OrleansScheduling.GraphQL";
    const int FailuresTold = 5;

    /// <summary>What the log says of a commit that was decided on something that is not so any more.</summary>
    const string FencedLine = "refused as stale";

    readonly string[] arguments;
    readonly string[] before;
    readonly ConcurrentQueue<string> lines = new();
    readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    Process? process;
    int fenced;
    int failures;

    /// <param name="before">A program, with its arguments, that starts the node: one that puts it into a network of its own.</param>
    public NodeProcess(string name, string connection, string directory, IPAddress address, int port, params string[] before)
    {
        Name = name;
        Address = new Uri($"http://{address}:{port}");
        this.before = before;
        arguments =
        [
            "--urls", Address.ToString(), "--AllowedHosts", "*", "--ConnectionStrings:Ledger", connection,
            "--Ledger:Directory", directory, "--Demo:Import", "false",
            // One caller asks for everybody here, and goes on booking from one search.
            "--Limits:GraphQLPerMinute", "0", "--Limits:LiveRequestsPerMinute", "0", "--Limits:LiveCallsPerMinute", "0",
            "--Scheduling:OfferMinutes", "600",
            // A whole diary is read in one question.
            "--GraphQL:CostMax", "4000",
            // Each refusal by a fence is a line.
            "--Logging:LogLevel:OrleansScheduling.Grains.Booking.BookingTelemetry", "Debug",
        ];
    }

    public string Name { get; }

    /// <summary>What it runs from its next start on: another version, published; null: the one built beside this program.</summary>
    public string? Published { get; set; }

    /// <summary>Memory that it has, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    public Uri Address { get; }

    public int Id => process!.Id;

    /// <summary>Commits that were refused as stale, as far as its log has been read.</summary>
    public int Fenced => Volatile.Read(ref fenced);

    /// <summary>Whether it was ready, and was not killed since.</summary>
    public bool IsUp { get; private set; }

    static string Program([CallerFilePath] string source = "")
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(source)!, "..", "..", "api", "bin", built.Parent!.Name, built.Name, "OrleansScheduling.Api.dll"));
    }

    /// <summary>Starts it, and returns when it answers that it is ready.</summary>
    /// <returns>Seconds that it took.</returns>
    public async Task<double> StartAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(before.Length > 0 ? before[0] : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in before.Skip(1)) start.ArgumentList.Add(argument);
        if (before.Length > 0) start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(Published is null ? Program() : Path.Combine(Published, "OrleansScheduling.Api.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        process?.Dispose();
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartPatience)
                throw new InvalidOperationException($"{Name} did not become ready:\n{string.Join('\n', lines.TakeLast(30))}");
            await Task.Delay(Look, cancellationToken);
        }

        IsUp = true;
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    void Keep(string? line)
    {
        if (line is null) return;
        if (line.Contains(FencedLine, StringComparison.Ordinal)) Interlocked.Increment(ref fenced);
        if (line.Contains(FailedLine, StringComparison.Ordinal) && Interlocked.Increment(ref failures) <= FailuresTold)
            Console.Error.WriteLine($"{Name}: {line}");
        lines.Enqueue(line);
        while (lines.Count > LinesKept) lines.TryDequeue(out _);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Address, "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure)
            when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether it has ended by itself, as a silo does that the others have given up.</summary>
    public bool HasEnded => process!.HasExited;

    /// <summary>Ends it without any goodbye.</summary>
    public async Task KillAsync()
    {
        IsUp = false;
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(StopPatience);
    }

    /// <summary>Asks it to end, and waits until it has.</summary>
    public async Task<double> TerminateAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        IsUp = false;
        Send(SigTerm);
        await process!.WaitForExitAsync().WaitAsync(StopPatience);
        return Stopwatch.GetElapsedTime(asked).TotalSeconds;
    }

    public void Stop() => Send(SigStop);

    public void Continue() => Send(SigCont);

    void Send(int signal)
    {
        if (Signal(process!.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal.ToString(CultureInfo.InvariantCulture)} could not be sent to {Name}.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await KillAsync();
        process?.Dispose();
        probe.Dispose();
    }

    // signal(7): the numbers on Linux.
    const int SigTerm = 15;
    const int SigCont = 18;
    const int SigStop = 19;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
