using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Load;

/// <summary>
/// Gets one image again and again over many connections, one request at a time on each, as wrk does. It prints replies per second. The first
/// reply is parsed; the others must have the same length and begin with the same bytes.
/// </summary>
static class RequestLoad
{
    const int BufferBytes = 256 * 1024;

    /// <summary>Runs the load; 0 when every reply was right.</summary>
    public static async Task<int> RunAsync(int port, string name, int connections, TimeSpan time)
    {
        using var writer = new HeadWriter();
        var request = new GetRequest(name, null, null).Write(writer).ToArray();
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var loops = Enumerable.Range(0, connections).Select(_ => LoopAsync(port, request, stop.Token)).ToArray();
        await Task.Delay(time);
        await stop.CancelAsync();
        var replies = (await Task.WhenAll(loops)).Sum();
        Console.WriteLine((replies / clock.Elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture));
        return 0;
    }

    static async Task<long> LoopAsync(int port, byte[] request, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
        var buffer = new byte[BufferBytes];
        byte[]? first = null;
        var length = 0;
        for (long replies = 0; ; replies++)
        {
            if (stop.IsCancellationRequested) return replies;
            await socket.SendAsync(request, CancellationToken.None);
            var received = 0;
            while (first is null || received < length)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(received), CancellationToken.None);
                if (count == 0) throw new IOException("the server closed the connection");
                received += count;
                if (first is null) (first, length) = ReadFirst(buffer.AsSpan(0, received));
            }

            if (received != length || !buffer.AsSpan(0, first.Length).SequenceEqual(first)) throw new IOException("a reply is another one than the first");
        }
    }

    // The head and its frame, and how many bytes the whole reply has.
    static (byte[]? Head, int Length) ReadFirst(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes.Length < 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes)) return (null, 0);
        var head = bytes[..(2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))].ToArray();
        using var json = JsonDocument.Parse(head.AsMemory(2));
        if (json.RootElement.GetProperty("status").GetString() != "ok") throw new IOException(json.RootElement.GetRawText());
        var length = head.Length + json.RootElement.GetProperty("size").GetInt32();
        return length <= BufferBytes ? (head, length) : throw new IOException("the image is too large for this load");
    }
}
