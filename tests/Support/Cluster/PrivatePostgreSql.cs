using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansScheduling.Testing;

/// <summary>
/// A PostgreSQL cluster of the caller's own, from the installed binaries, in a directory of its own on disk, with a port of its own on
/// the loopback address. It is stopped and deleted at the end. Everything durable is on, as it is shipped.
/// </summary>
public sealed class PrivatePostgreSql : IAsyncDisposable
{
    /// <summary>Start and stop take under two seconds on a quiet machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    readonly string bin;
    readonly string root;
    readonly string data;
    readonly IReadOnlyDictionary<string, string> settings;
    int postmaster;

    PrivatePostgreSql(string bin, string root, IReadOnlyDictionary<string, string> settings)
    {
        this.bin = bin;
        this.root = root;
        this.settings = settings;
        data = Path.Combine(root, "data");
        Port = FreePort();
    }

    public int Port { get; }

    /// <summary>Where the newest installed server's programs are, or null.</summary>
    public static string? FindBinaries()
    {
        var named = Environment.GetEnvironmentVariable("POSTGRESQL_BIN");
        if (!string.IsNullOrEmpty(named)) return File.Exists(Path.Combine(named, "initdb")) ? named : null;
        string[] roots = ["/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql"];
        return roots.Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Select(version => version.EndsWith("/bin", StringComparison.Ordinal) ? version : Path.Combine(version, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .OrderByDescending(folder => double.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), CultureInfo.InvariantCulture,
                out var number) ? number : 0)
            .FirstOrDefault();
    }

    /// <param name="settings">Lines of <c>postgresql.conf</c> beyond the defaults.</param>
    /// <param name="folder">Where the cluster's directory is made; null: among temporary files.</param>
    /// <param name="network">Addresses beside the loopback ones that may connect, as <c>10.0.0.0/30</c>.</param>
    /// <param name="keepsLog">Whether all of the log is archived, so that a backup can be recovered to a moment after it.</param>
    /// <exception cref="InvalidOperationException">No server is installed.</exception>
    public static async Task<PrivatePostgreSql> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, string? network = null, string? folder = null, bool keepsLog = false)
    {
        var bin = FindBinaries() ?? throw new InvalidOperationException(
            "No PostgreSQL server is installed (looked in /usr/lib/postgresql/*/bin and $POSTGRESQL_BIN).");
        var root = folder is null
            ? Directory.CreateTempSubdirectory("osl-pg-").FullName
            : Directory.CreateDirectory(Path.Combine(folder, "osl-pg")).FullName;
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>());
        if (keepsLog)
        {
            Directory.CreateDirectory(ArchiveIn(root));
            all["archive_mode"] = "on";
            all["archive_command"] = $"'cp %p {ArchiveIn(root)}/%f'";
        }

        var cluster = new PrivatePostgreSql(bin, root, all);
        try
        {
            if (Environment.IsPrivilegedProcess) await RunAsync("chown", ["-R", "postgres", root]);
            await cluster.RunAsOwnerAsync("initdb",
                ["-D", cluster.data, "-U", "ledger", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]);
            if (network is not null)
                await File.AppendAllTextAsync(Path.Combine(cluster.data, "pg_hba.conf"), $"host all all {network} trust\n");
            await cluster.ResumeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database, int maxPoolSize = 100) =>
        $"Host=127.0.0.1;Port={Port};Username=ledger;Database={database};Maximum Pool Size={maxPoolSize};Timeout=15";

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The server's time, as its settings take it.</summary>
    public async Task<string> NowAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database));
        await using var command = source.CreateCommand("SELECT clock_timestamp()::text");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Starts the server, or starts it again after <see cref="KillAsync"/>; returns when it takes connections.</summary>
    public async Task ResumeAsync()
    {
        var options = $"-p {Port} -k {root} -c listen_addresses=127.0.0.1 -c max_connections=200"
            + string.Concat(settings.Select(setting => $" -c {setting.Key}={setting.Value}"));
        await RunAsOwnerAsync("pg_ctl", ["-D", data, "-w", "-t", "200", "-l", Path.Combine(root, "log"), "-o", options, "start"]);
        postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid")))[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the server runs; one that finds no room for its log ends itself.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                using var server = Process.GetProcessById(postmaster);
                return !server.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    /// <summary>Those that the server has started: one for each connection, and its own helpers. Linux only.</summary>
    public IReadOnlyList<int> Children() =>
    [
        .. File.ReadAllText($"/proc/{Text(postmaster)}/task/{Text(postmaster)}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
    ];

    /// <summary>How often the server has found that it cannot go on and has ended all its sessions, by its log.</summary>
    public async Task<int> PanicsAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(root, "log"))).Count(line => line.Contains("PANIC:", StringComparison.Ordinal));

    /// <summary>
    /// Ends every process of this cluster without any goodbye, as a power cut does to the server (what the system has been given to write
    /// stays).
    /// </summary>
    public async Task KillAsync()
    {
        using var server = Process.GetProcessById(postmaster);
        // The postmaster first, so that it starts nothing anew; then what it had started. entireProcessTree finds them by parent.
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync().WaitAsync(Patience);
        File.Delete(Path.Combine(data, "postmaster.pid"));
    }

    /// <summary>Stops the server at once, its clients' transactions cut off; <see cref="ResumeAsync"/> starts it again.</summary>
    public Task StopAsync() => RunAsOwnerAsync("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);

    static string ArchiveIn(string root) => Path.Combine(root, "archive");

    string Backup => Path.Combine(root, "backup");

    /// <summary>Takes a base backup of the running server.</summary>
    public Task BackUpAsync() => RunAsOwnerAsync(
        "pg_basebackup", ["-h", "127.0.0.1", "-p", Text(Port), "-U", "ledger", "-D", Backup, "-c", "fast", "-X", "none"]);

    /// <summary>
    /// Puts the backup in the place of the server, plays the archived log up to a point, and starts it there, as an operator does after
    /// somebody has deleted what they should not have.
    /// </summary>
    /// <param name="target">What the point is: recovery_target_name, recovery_target_time.</param>
    public async Task RecoverAsync(string target, string point)
    {
        await RunAsOwnerAsync("pg_ctl", ["-D", data, "-m", "fast", "-w", "stop"]);
        Directory.Delete(data, recursive: true);
        Directory.Move(Backup, data);
        // Nobody is let in before the server is its own master.
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.auto.conf"), $"""
            restore_command = 'cp {ArchiveIn(root)}/%f %p'
            {target} = '{point}'
            recovery_target_action = 'promote'
            hot_standby = off

            """);
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        await ResumeAsync();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (PostgresException refusal)
                when (refusal.SqlState == PostgresErrorCodes.CannotConnectNow && Stopwatch.GetElapsedTime(start) < Patience)
            {
                // It plays the log; each try is a conversation with it.
            }
        }
    }

    /// <summary>Dumps a database as an archive of pg_dump's own.</summary>
    /// <returns>The file, which is there as long as this cluster.</returns>
    public async Task<string> DumpAsync(string database)
    {
        var file = Path.Combine(root, $"{database}.dump");
        await RunAsOwnerAsync("pg_dump", ["-Fc", "-h", "127.0.0.1", "-p", Text(Port), "-U", "ledger", "-f", file, database]);
        return file;
    }

    /// <summary>Puts what was dumped into an empty database.</summary>
    public Task RestoreArchiveAsync(string database, string file) => RunAsOwnerAsync(
        "pg_restore", ["-h", "127.0.0.1", "-p", Text(Port), "-U", "ledger", "--exit-on-error", "-d", database, file]);

    /// <summary>Dumps the rows of a database as SQL text, those of some tables left out.</summary>
    public Task<string> DumpRowsAsync(string database, IEnumerable<string> without) => RunAsOwnerAsync(
        "pg_dump",
        [
            "-h", "127.0.0.1", "-p", Text(Port), "-U", "ledger", "--data-only", "--disable-triggers",
            .. without.Select(table => $"--exclude-table-data={table}"),
            database,
        ]);

    /// <summary>Runs a dump into a database.</summary>
    public Task RestoreAsync(string database, string sql) =>
        RunAsOwnerAsync("psql", ["-h", "127.0.0.1", "-p", Text(Port), "-U", "ledger", "-v", "ON_ERROR_STOP=1", "-q", "-f", "-", database],
            sql);

    public async ValueTask DisposeAsync()
    {
        if (postmaster != 0)
        {
            try
            {
                await StopAsync();
            }
            catch (InvalidOperationException)
            {
                // It was killed or stopped, and not started again.
            }
        }

        Directory.Delete(root, recursive: true);
    }

    /// <summary>initdb and the server refuse root: root runs them as the user that the packages made.</summary>
    Task<string> RunAsOwnerAsync(string program, IReadOnlyList<string> arguments, string? input = null)
    {
        var path = Path.Combine(bin, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments], input)
            : RunAsync(path, arguments, input);
    }

    static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? input = null)
    {
        // pg_ctl's server inherits the pipes; it writes to its own log file, so only what the program itself says is read here.
        var isStart = arguments.Contains("start");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = !isStart,
            RedirectStandardError = !isStart,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        if (isStart)
        {
            start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("exec \"$@\" >/dev/null 2>&1");
            start.ArgumentList.Add("sh");
            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = isStart ? Task.FromResult("") : process.StandardOutput.ReadToEndAsync();
        var errors = isStart ? Task.FromResult("see the server's log") : process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Below those that systems give to outgoing connections (Linux from 32768 on). While the server is down between two of its lives, such
    /// a connection could take its port, and a client that knocks there again and again can even reach itself.
    /// </summary>
    static int FreePort()
    {
        const int First = 15_000;
        const int Last = 32_000;
        const int MaxTries = 100;
        for (var tries = 1; ; tries++)
        {
            var port = Random.Shared.Next(First, Last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException) when (tries < MaxTries)
            {
                // Somebody listens there.
            }
        }
    }
}
