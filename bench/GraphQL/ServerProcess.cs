using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OrleansScheduling.Bench.Booking;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>A server in a process of its own.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    readonly Process process;

    ServerProcess(string name, Process process, int port, string key)
    {
        (Name, this.process, Port, Key) = (name, process, port, key);
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>What callers sign in with.</summary>
    public string Key { get; }

    /// <summary>Seconds of processor time of the process and of those that it started.</summary>
    public double ProcessorSeconds => OperatingSystem.IsLinux() ? Usage.SecondsOf(process.Id) : process.TotalProcessorTime.TotalSeconds;

    static string Repository([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", ".."));

    static string PeerFolder => Path.Combine(Repository(), "bench", "peers", "graphql");

    /// <summary>The host itself, built like this program, with nothing changed but where its ledger is.</summary>
    static ProcessStartInfo Program(params string[] arguments)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            Repository(), "api", "bin", built.Parent!.Name, built.Name, "OrleansScheduling.Api.dll");
        return new ProcessStartInfo("dotnet", [program, .. arguments]);
    }

    /// <summary>Makes a planner's key on the command line.</summary>
    public static async Task<string> NewKeyAsync(string connection, string directory, string organisation)
    {
        var start = Program(
            "keys", "create", "--organisation", organisation, "--name", "bench", "--role", "Planner",
            "--ConnectionStrings:Ledger", connection, "--Ledger:Directory", directory);
        start.RedirectStandardOutput = true;
        using var command = Process.Start(start)!;
        var text = await command.StandardOutput.ReadToEndAsync().WaitAsync(StartPatience);
        await command.WaitForExitAsync().WaitAsync(StartPatience);
        return command.ExitCode == 0 ? text.Split('\n')[0].Trim() : throw new InvalidOperationException($"No key was made: {text}");
    }

    public static Task<ServerProcess> StartOursAsync(string connection, string directory, string key)
    {
        var port = FreePort();
        return StartAsync(
            "ours",
            Program(
                "--urls", $"http://127.0.0.1:{port}", "--ConnectionStrings:Ledger", connection, "--Ledger:Directory", directory,
                "--Demo:Import", "false",
                // The first question of a process on a busy machine takes longer than strangers are given.
                "--GraphQL:RequestTimeout", "00:01:00",
                // One caller asks for everybody here.
                "--Limits:GraphQLPerMinute", "0"),
            "The first start is over; ready: True", port, key);
    }

    /// <param name="kind">mercurius or yoga.</param>
    /// <param name="workers">Node runs one thread; more of them share a port.</param>
    public static Task<ServerProcess> StartPeerAsync(string kind, int workers, string connection)
    {
        var port = FreePort();
        var key = Guid.NewGuid().ToString("N");
        var start = new ProcessStartInfo("node", ["server.mjs", kind, $"{workers}", $"{port}"]) { WorkingDirectory = PeerFolder };
        start.Environment["NODE_ENV"] = "production";
        start.Environment["PEER_DATABASE"] = connection;
        start.Environment["PEER_KEY"] = key;
        return StartAsync(workers == 1 ? kind : $"{kind}, {workers} processes", start, "listening", port, key);
    }

    /// <summary>Installs the peers by their lock file, once.</summary>
    public static async Task InstallPeersAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path.Combine(PeerFolder, "node_modules", "mercurius"))) return;
        using var npm = Process.Start(
            new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            {
                WorkingDirectory = PeerFolder,
            })!;
        await npm.WaitForExitAsync(cancellationToken);
        if (npm.ExitCode != 0) throw new InvalidOperationException("npm could not install the peers.");
    }

    static async Task<ServerProcess> StartAsync(string name, ProcessStartInfo start, string readyLine, int port, string key)
    {
        start.RedirectStandardOutput = true;
        // Whatever becomes of this program: a peer ends when its input does.
        start.RedirectStandardInput = true;
        var server = new ServerProcess(name, Process.Start(start)!, port, key);
        using var patience = new CancellationTokenSource(StartPatience);
        var lines = new List<string>();
        do
        {
            var line = await server.process.StandardOutput.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException($"{name} has ended: {string.Join('\n', lines)}");
            lines.Add(line);
        }
        while (!lines[^1].Contains(readyLine, StringComparison.Ordinal));
        _ = server.process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await UntilItListensAsync(port, patience.Token);
        return server;
    }

    /// <summary>Our host says that it is ready a moment before it listens.</summary>
    static async Task UntilItListensAsync(int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(StartPatience);
        process.Dispose();
    }
}
