using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// A network namespace for a node, with two lines into it: one for callers, and one to the database that can be cut in either direction.
/// What is cut is swallowed, attempts to connect included, as a broken switch does. Both lines are private addresses of this machine.
/// </summary>
sealed class NetworkLine : ILine
{
    /// <summary>Networks of two addresses, one a line: 10.197.200.0/30 for callers, 10.197.201.0/30 for the database.</summary>
    const string Callers = "10.197.200";
    const string Database = "10.197.201";

    /// <summary>Where the database listens beside the loopback address; there while the line is.</summary>
    public const string DatabaseAddress = Database + ".1";

    /// <summary>From where it is asked.</summary>
    public const string NodeNetwork = Database + ".0/30";

    public string NodeAddress => Database + ".2";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Interface names have at most 15 characters.</summary>
    readonly string name = string.Create(CultureInfo.InvariantCulture, $"osl{Environment.ProcessId}");

    NetworkLine()
    {
    }

    /// <returns>Null, with the reason, where namespaces cannot be made.</returns>
    public static async Task<(NetworkLine? Line, string Reason)> TryOpenAsync()
    {
        if (!OperatingSystem.IsLinux()) return (null, "network namespaces are Linux's");
        if (!Environment.IsPrivilegedProcess) return (null, "making network namespaces takes root");
        var line = new NetworkLine();
        // Whoever stops this program in the middle leaves nothing behind.
        AppDomain.CurrentDomain.ProcessExit += line.RemoveAtExit;
        try
        {
            await RunAsync("netns", "add", line.name);
            await line.JoinAsync("c", Callers);
            await line.JoinAsync("d", Database);
            await line.InsideAsync("link", "set", "lo", "up");
            return (line, "");
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await line.DisposeAsync();
            return (null, failure.Message);
        }
    }

    /// <summary>A pair of interfaces: .1 is ours, .2 the namespace's.</summary>
    async Task JoinAsync(string end, string network)
    {
        var (ours, theirs) = (name + end, name + end + "n");
        await RunAsync("link", "add", ours, "type", "veth", "peer", "name", theirs);
        await RunAsync("link", "set", theirs, "netns", name);
        await RunAsync("addr", "add", network + ".1/30", "dev", ours);
        await RunAsync("link", "set", ours, "up");
        await InsideAsync("addr", "add", network + ".2/30", "dev", theirs);
        await InsideAsync("link", "set", theirs, "up");
    }

    public NodeProcess NewNode(string name, FaultCluster cluster) => new(
        name, cluster.Connection.Replace("Host=127.0.0.1", $"Host={DatabaseAddress}", StringComparison.Ordinal),
        cluster.Directory, IPAddress.Parse(Callers + ".2"), NodeProcess.FreePort(), "ip", "netns", "exec", this.name);

    /// <summary>
    /// The other end is sought at a hardware address that nobody has: what is sent there is gone. A route that swallows would tell the
    /// sender so.
    /// </summary>
    public async Task CutAsync(bool to, bool from)
    {
        string[] nobody = ["lladdr", "02:00:00:00:00:01", "nud", "permanent"];
        if (to) await InsideAsync(["neigh", "replace", Database + ".1", .. nobody, "dev", name + "dn"]);
        if (from) await RunAsync(["neigh", "replace", Database + ".2", .. nobody, "dev", name + "d"]);
    }

    /// <summary>Forgotten, it is asked for again.</summary>
    public async Task HealAsync()
    {
        await TryAsync(InsideAsync("neigh", "del", Database + ".1", "dev", name + "dn"));
        await TryAsync(RunAsync("neigh", "del", Database + ".2", "dev", name + "d"));
    }

    Task InsideAsync(params string[] arguments) => RunAsync(["-n", name, .. arguments]);

    static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors.Trim()}");
    }

    static async Task TryAsync(Task work) => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async Task RemoveAsync()
    {
        await TryAsync(RunAsync("link", "del", name + "c"));
        await TryAsync(RunAsync("link", "del", name + "d"));
        await TryAsync(RunAsync("netns", "del", name));
    }

    void RemoveAtExit(object? sender, EventArgs arguments) => RemoveAsync().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= RemoveAtExit;
        await RemoveAsync();
    }
}
