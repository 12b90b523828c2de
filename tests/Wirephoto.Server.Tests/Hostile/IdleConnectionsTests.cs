using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Hostile;

/// <summary>Very many clients that are connected and say nothing.</summary>
public sealed class IdleConnectionsTests
{
    const int Images = 200;

    // All of them in ./test --long.
    static readonly bool IsLong = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is not null;
    static readonly int Connections = IsLong ? 10_000 : 4000;

    static readonly byte[] Photo = TestJpeg.OfSize(20_000, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idle_connection_costs_the_server_few_KiB_and_others_are_served_meanwhile()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-clients", $"{Connections + 100}");
        await using var honest = await server.ConnectAsync();
        for (var i = 0; i < Images; i++) await honest.DoneAsync(RawPeer.Put($"{new string('n', 60)}{i}.jpg", Photo), Photo);

        // One after the other first: what all of them share is there and paid for.
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++) await UseAsync(server, i, keep: null);
            await server.SettleAsync();
            var before = server.ResidentBytes;
            for (var i = 0; i < Connections; i++) await UseAsync(server, i, clients);
            await server.SettleAsync();
            var each = (server.ResidentBytes - before) / Connections;

            var clock = Stopwatch.StartNew();
            var (status, _) = await honest.DoneAsync("""{"type":"status"}""");
            await honest.DoneAsync(RawPeer.Put("meanwhile.jpg", Photo), Photo);
            Assert.Equal(Photo, (await honest.DoneAsync("""{"type":"get","filename":"meanwhile.jpg"}""")).Body);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{Connections} idle connections: {before >> 20} MiB before, {server.ResidentBytes >> 20} MiB with them, {each} bytes each; status, put and get of another client took {clock.ElapsedMilliseconds} ms");

            Assert.Equal(Connections + 1, status.Number("clients"));

            // With few of them, what the collector has not cleared away yet weighs more.
            Assert.InRange(each, 0, (IsLong ? 10 : 16) * 1024);
            Assert.InRange(clock.ElapsedMilliseconds, 0, 5000);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    // A third has only said hello, a third has put an image, a third has listed many.
    static async Task UseAsync(ServerProcess server, int number, List<Socket>? keep)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        keep?.Add(socket);

        // Ports are few: each address of loopback has its own.
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number % 4))]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        using var stream = new NetworkStream(socket, ownsSocket: false);
        await AskAsync(stream, RawPeer.Frame("""{"type":"hello","protocol":1,"client":"idle/1"}"""));
        if (number % 3 == 1) await AskAsync(stream, RawPeer.Frame(RawPeer.Put($"{(keep is null ? "warm" : "idle")}{number}.jpg", Photo), Photo));
        else if (number % 3 == 2) await AskAsync(stream, RawPeer.Frame("""{"type":"list","limit":200}"""));

        if (keep is null) socket.Dispose();
    }

    static async Task AskAsync(NetworkStream stream, byte[] request)
    {
        await stream.WriteAsync(request, Cancel);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, Cancel);
        var head = new byte[(length[0] << 8) | length[1]];
        await stream.ReadExactlyAsync(head, Cancel);
        var json = System.Text.Json.JsonDocument.Parse(head).RootElement;
        Assert.Equal("ok", json.GetProperty("status").GetString());
        if (json.TryGetProperty("size", out var size)) await stream.ReadExactlyAsync(new byte[size.GetInt32()], Cancel);
    }
}
