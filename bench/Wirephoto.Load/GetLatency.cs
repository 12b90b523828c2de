using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Load;

/// <summary>Gets one image again and again on one connection while others are connected and silent. It prints the seconds within which 99 of 100 gets were done.</summary>
static class GetLatency
{
    /// <summary>Runs the load; 0 when every reply was right.</summary>
    public static async Task<int> RunAsync(int port, string name, int gets, int idle)
    {
        var silent = new List<Duplex>(idle);
        for (var i = 0; i < idle; i++) silent.Add(await GreetAsync(port));
        await using var active = await GreetAsync(port);

        // As many again before, which are not counted.
        var took = new double[gets];
        for (var i = -gets; i < gets; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await AskAsync(active, new GetRequest(name, null, null));
            if (i >= 0) took[i] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        Array.Sort(took);
        Console.WriteLine(took[gets * 99 / 100].ToString("0.000000", CultureInfo.InvariantCulture));
        foreach (var duplex in silent) await duplex.DisposeAsync();
        return 0;
    }

    static async Task<Duplex> GreetAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        var duplex = new SocketDuplex(socket);
        await AskAsync(duplex, new HelloRequest(ProtocolLimits.Version, "load/1", null));
        return duplex;
    }

    static async Task AskAsync(Duplex duplex, Request request)
    {
        using var head = new HeadWriter();
        await duplex.WriteAsync(request.Write(head), CancellationToken.None);
        var reply = await FrameReader.ReadHeadAsync(duplex, null, CancellationToken.None) ?? throw new IOException("the server closed the connection");
        if (reply.Text("status", 16) != "ok") throw new IOException(ErrorReply.Read(reply).Message);
        await new BodyReader(duplex, reply.OptionalNumber("size") ?? 0).DrainAsync(CancellationToken.None);
    }
}
