using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansScheduling.Testing;

/// <summary>
/// Stands between one process and the database, and lets nothing through in the directions that are cut. What is on its way waits, as
/// packets do that are sent again and again until the line is whole; new connections are closed at once, as by a firewall that says so,
/// or taken and left without a word.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    /// <summary>As much as one read of a socket brings.</summary>
    const int BufferBytes = 64 * 1024;

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource closing = new();
    readonly ConcurrentBag<Task> pumps = [];
    readonly int database;
    readonly Task accepting;
    TaskCompletionSource toDatabase = Open();
    TaskCompletionSource fromDatabase = Open();

    readonly bool isMute;

    /// <param name="isMute">Whether new connections are taken while the line is cut.</param>
    public Relay(int database, bool isMute = false)
    {
        (this.database, this.isMute) = (database, isMute);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    static TaskCompletionSource Open()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.SetResult();
        return gate;
    }

    /// <param name="to">The direction to the database.</param>
    /// <param name="from">The direction from it.</param>
    public void Cut(bool to, bool from)
    {
        if (to) Volatile.Write(ref toDatabase, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (from) Volatile.Write(ref fromDatabase, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void Heal()
    {
        Volatile.Read(ref toDatabase).TrySetResult();
        Volatile.Read(ref fromDatabase).TrySetResult();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(closing.Token);
                pumps.Add(JoinAsync(near));
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    async Task JoinAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            var isCut = !Volatile.Read(ref toDatabase).Task.IsCompleted || !Volatile.Read(ref fromDatabase).Task.IsCompleted;
            if (isCut && !isMute) return;
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, database, closing.Token);
                await Task.WhenAny(
                    PumpAsync(near, far, () => Volatile.Read(ref toDatabase).Task),
                    PumpAsync(far, near, () => Volatile.Read(ref fromDatabase).Task));
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                // The other side sees the end of its connection.
            }
        }
    }

    async Task PumpAsync(Socket from, Socket to, Func<Task> gate)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, closing.Token);
                // An end does not come through a cut line either.
                await gate().WaitAsync(closing.Token);
                if (read == 0) return;
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), closing.Token);
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone: so is the line.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(pumps);
        closing.Dispose();
    }
}
