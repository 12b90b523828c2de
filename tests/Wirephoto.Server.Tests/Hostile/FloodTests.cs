using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Hostile;

/// <summary>Very many connections, one after the other and at the same time, that are of no use to anybody.</summary>
public sealed class FloodTests
{
    const int Most = 100;
    const int Floods = 8;

    static readonly int Rounds = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is null ? 1000 : 3000;
    static readonly byte[] Photo = TestJpeg.OfSize(50_000, seed: 1);
    static readonly byte[] Put = RawPeer.Frame(RawPeer.Put("flood.jpg", Photo), Photo);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flood_of_connections_that_come_and_go_in_every_way_leaves_the_server_as_it_was()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-clients", $"{Most}");
        await using var honest = await server.ConnectAsync();
        await honest.DoneAsync(RawPeer.Put("first.jpg", Photo), Photo);
        await Task.WhenAll(Enumerable.Range(0, Floods).Select(flood => FloodAsync(server, flood, 30)));
        await server.SettleAsync();
        var before = server.ResidentBytes;

        using var over = new CancellationTokenSource();
        var served = ServeAsync(honest, over.Token);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Floods).Select(flood => FloodAsync(server, flood, Rounds)));
        var seconds = clock.Elapsed.TotalSeconds;
        await over.CancelAsync();
        var (requests, slowest) = await served;

        // Those that are half closed or refused are let go of by deadlines and lingering, soon.
        await Eventually.TrueAsync(async () => (await honest.DoneAsync("""{"type":"status"}""")).Head.Number("clients") == 1);
        await server.SettleAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Floods * Rounds} connections in {seconds:0.0} s; {requests} requests of another client meanwhile, the slowest took {slowest.TotalMilliseconds:0} ms; {before >> 20} MiB before, {server.ResidentBytes >> 20} MiB after");

        Assert.True(requests > 0);
        Assert.InRange(slowest.TotalSeconds, 0, 5);
        Assert.InRange(server.ResidentBytes - before, long.MinValue, 48 << 20);
        Assert.DoesNotContain(server.Output(), line => line.Contains("error:", StringComparison.Ordinal));
        Assert.Equal(1, (await honest.DoneAsync("""{"type":"list"}""")).Head.Number("count"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_client_that_closes_one_direction_is_answered_or_let_go_of_at_once(int missing)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var socket = await ConnectAsync(server);
        using var stream = new NetworkStream(socket, ownsSocket: false);
        await socket.SendAsync(Put.AsMemory(..^missing), Cancel);
        socket.Shutdown(SocketShutdown.Send);

        // The whole request gets its receipt, a part of one what is wrong with it: long before any deadline, and then the end.
        using var answer = new StreamReader(stream, System.Text.Encoding.Latin1);
        var text = await answer.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(missing == 0, text.Contains("\"status\":\"ok\"", StringComparison.Ordinal));
        Assert.Equal(missing == 0, File.Exists(folder.File("flood.jpg")));
    }

    // Requests of an honest client, one after the other, and the time of the slowest.
    static async Task<(int Requests, TimeSpan Slowest)> ServeAsync(RawPeer honest, CancellationToken over)
    {
        var (requests, slowest) = (0, TimeSpan.Zero);
        for (; !over.IsCancellationRequested; requests++)
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal(Photo, (await honest.DoneAsync("""{"type":"get","filename":"first.jpg"}""")).Body);
            if (clock.Elapsed > slowest) slowest = clock.Elapsed;
        }

        return (requests, slowest);
    }

    static async Task FloodAsync(ServerProcess server, int flood, int rounds)
    {
        var kept = new Queue<Socket>();
        for (var i = 0; i < rounds; i++)
        {
            var socket = await ConnectAsync(server);
            try
            {
                switch ((flood + i) % 5)
                {
                    case 0:
                        socket.Close();
                        break;
                    case 1:
                        // Gone without a goodbye.
                        socket.Close(0);
                        break;
                    case 2:
                        await socket.SendAsync(Put.AsMemory(0, i * 37 % Put.Length), Cancel);
                        socket.Close(0);
                        break;
                    case 3:
                        await socket.SendAsync(new byte[] { 0xff, 0xff, 0xff, 0xff }, Cancel);
                        break;
                    default:
                        // Open in one direction, and then forgotten for a while.
                        socket.Shutdown(SocketShutdown.Send);
                        break;
                }
            }
            catch (SocketException)
            {
                // The server was full, and quicker.
            }

            kept.Enqueue(socket);
            if (kept.Count > 20) kept.Dequeue().Dispose();
        }

        while (kept.TryDequeue(out var socket)) socket.Dispose();
    }

    static async Task<Socket> ConnectAsync(ServerProcess server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        return socket;
    }
}
