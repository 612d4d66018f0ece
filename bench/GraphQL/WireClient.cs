using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>
/// One kept-alive HTTP/1.1 connection to a server on this machine. It sends bytes that were made ready beforehand and looks only for where
/// the answer ends, so that the two cores go to the servers that are measured, and is the same for all of them.
/// </summary>
sealed class WireClient : IDisposable
{
    /// <summary>Longer than any answer that is measured.</summary>
    const int AnswerBytesMax = 1 << 20;

    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] received = new byte[AnswerBytesMax];
    byte[] body = new byte[4096];
    int bodyLength;

    /// <summary>Of the last answer.</summary>
    public ReadOnlySpan<byte> Body => body.AsSpan(0, bodyLength);

    public static async Task<WireClient> ConnectAsync(int port)
    {
        var client = new WireClient();
        await client.socket.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    public static byte[] Request(int port, string key, string json)
    {
        var content = Encoding.UTF8.GetBytes(json);
        var head = $"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            + $"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {content.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. content];
    }

    /// <exception cref="InvalidOperationException">Not an answer with status 200.</exception>
    public async Task AskAsync(byte[] request)
    {
        await socket.SendAsync(request);
        var have = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(received.AsMemory(have));
            if (read == 0) throw new InvalidOperationException("The server has closed the connection.");
            have += read;
            if (IsWhole(received.AsSpan(0, have))) return;
        }
    }

    bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = answer[..end];
        var rest = answer[(end + 4)..];
        if (!head.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException($"Not the answer that is measured: {Encoding.UTF8.GetString(answer)}");
        if (LengthOf(head) is { } length)
        {
            if (rest.Length < length) return false;
            Keep(rest[..length], 0);
            bodyLength = length;
            return true;
        }

        return TryJoinChunks(rest);
    }

    static int? LengthOf(ReadOnlySpan<byte> head)
    {
        foreach (var line in head.Split("\r\n"u8))
        {
            var text = head[line];
            var colon = text.IndexOf((byte)':');
            if (colon < 0 || !Ascii.EqualsIgnoreCase(text[..colon], "content-length"u8)) continue;
            return Utf8Parser.TryParse(text[(colon + 1)..].TrimStart((byte)' '), out int length, out _) ? length : null;
        }

        return null;
    }

    /// <summary>False while the last, empty chunk is not there.</summary>
    bool TryJoinChunks(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        while (true)
        {
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(rest[..line], out int size, out _, 'x')) return false;
            if (rest.Length < line + 2 + size + 2) return false;
            if (size == 0)
            {
                bodyLength = at;
                return true;
            }

            Keep(rest.Slice(line + 2, size), at);
            at += size;
            rest = rest[(line + 2 + size + 2)..];
        }
    }

    void Keep(ReadOnlySpan<byte> part, int at)
    {
        if (body.Length < at + part.Length) Array.Resize(ref body, Math.Max(body.Length * 2, at + part.Length));
        part.CopyTo(body.AsSpan(at));
    }

    public void Dispose() => socket.Dispose();
}
