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
/// Gets one image again and again over many connections, one request at a time on each, all on one thread. It prints replies per second. The first
/// reply is parsed; the others must have the same length and begin with the same bytes.
/// </summary>
static class RequestLoad
{
    const int BufferBytes = 256 * 1024;

    /// <summary>Runs the load; 0 when every reply was right.</summary>
    public static int Run(int port, string name, int connections, TimeSpan time)
    {
        using var writer = new HeadWriter();
        var request = new GetRequest(name, null, null).Write(writer).ToArray();
        var sockets = Enumerable.Range(0, connections).Select(_ => Connect(port)).ToArray();

        // One buffer for all: it stays in the core's cache.
        var buffer = new byte[BufferBytes];
        sockets[0].Send(request);
        var (head, length) = ReceiveFirst(sockets[0], buffer);
        foreach (var socket in sockets) socket.Send(request);

        // In turn: while a reply is taken, the server works on those of all others.
        var replies = 0L;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            foreach (var socket in sockets)
            {
                Receive(socket, buffer, length);
                if (!buffer.AsSpan(0, head.Length).SequenceEqual(head)) throw new IOException("a reply is another one than the first");
                socket.Send(request);
                replies++;
            }
        }

        Console.WriteLine((replies / clock.Elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture));
        foreach (var socket in sockets) socket.Dispose();
        return 0;
    }

    static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    // Not a byte more than the reply has: a longer one shows where the next is to begin.
    static void Receive(Socket socket, byte[] buffer, int length)
    {
        for (var received = 0; received < length; received += ReceiveSome(socket, buffer.AsSpan(received, length - received)))
        {
        }
    }

    static (byte[] Head, int Length) ReceiveFirst(Socket socket, byte[] buffer)
    {
        byte[]? head = null;
        var (received, length) = (0, 0);
        while (head is null)
        {
            received += ReceiveSome(socket, buffer.AsSpan(received));
            (head, length) = ReadFirst(buffer.AsSpan(0, received));
        }

        while (received < length) received += ReceiveSome(socket, buffer.AsSpan(received));
        return received == length ? (head, length) : throw new IOException("more came than the reply");
    }

    static int ReceiveSome(Socket socket, Span<byte> buffer)
    {
        var count = socket.Receive(buffer);
        return count > 0 ? count : throw new IOException("the server closed the connection");
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
