using System.Net;
using System.Net.Sockets;
using System.Text;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D4;

public sealed class SessionPortTests
{
    const string Full = "Server full. Try again later.";
    const int Sigterm = 15;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "R4-7.1")]
    [Trait("Requirement", "R4-7.2")]
    [Trait("Requirement", "R4-7.4")]
    [Trait("Requirement", "R4-2.2")]
    [Trait("Requirement", "R4-2.3")]
    [Trait("Requirement", "R4-4.1")]
    [Trait("Requirement", "R4-4.3")]
    [Trait("Requirement", "R4-4.4")]
    [Trait("Requirement", "R4-9.2")]
    public async Task Three_sessions_are_served_a_fourth_is_refused_and_another_may_come_when_one_has_left()
    {
        using var folder = new TemporaryFolder();
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--session-port", $"{port}");
        using var first = await ConnectAsync(port);
        using var second = await ConnectAsync(port);
        using var third = await ConnectAsync(port);
        using var fourth = await ConnectAsync(port);

        Assert.Equal("Client01", await HearAsync(first));
        Assert.Equal("Client02", await HearAsync(second));
        Assert.Equal("Client03", await HearAsync(third));
        Assert.Equal(Full, await HearAsync(fourth));
        Assert.Equal("", await HearAsync(fourth));
        Assert.Equal("Goodbye!", await AskAsync(second, "exit"));
        Assert.Equal("", await HearAsync(second));
        second.Close();
        Assert.Equal("Client04", await GreetedAsync(port));
        Assert.Equal("x ACK", await AskAsync(first, "x"));

        // The clients of the other port are counted and named on their own.
        await using (var native = await server.ConnectAsync())
        {
            Assert.Equal("Client01", (await native.DoneAsync("""{"type":"hello","protocol":1}""")).Head.Text("name"));
        }

        Assert.Contains(server.Output(), line => line.EndsWith($"0.0.0.0:{port} takes sessions (d4), at most 3 at the same time", StringComparison.Ordinal));
        server.Signal(Sigterm);
        Assert.Equal("The server is stopping. Try again later.", await HearAsync(third));
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains(server.Output(), line => line.Contains("stopping: 2 connected", StringComparison.Ordinal) || line.Contains("stopping: 3 connected", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "R4-3.7")]
    public async Task Over_a_socket_the_messages_of_a_get_arrive_apart()
    {
        using var folder = new TemporaryFolder();
        var image = TestPng.OfSize((300 * 1024) + 4, seed: 3);
        await File.WriteAllBytesAsync(folder.File("a.png"), image, Cancel);
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--session-port", $"{port}");
        using var client = await ConnectAsync(port);
        await HearAsync(client);

        Assert.Equal($"START {image.Length} a.png", await AskAsync(client, "get a.png"));
        var buffer = new byte[1024];
        var received = new List<byte>();
        int count;
        while ((count = await client.ReceiveAsync(buffer, Cancel)) > 0 && !buffer.AsSpan(0, count).EndsWith("END"u8)) received.AddRange(buffer.AsSpan(0, count));
        Assert.Equal(3, count);
        Assert.Equal(image, received.ToArray());
        Assert.Equal("File not found.", await AskAsync(client, "get b.png"));
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains(" GET a.png success ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task On_Linux_a_socket_tells_what_its_peer_has_not_confirmed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux is asked");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.ReceiveBufferSize = 8 * 1024;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var near = await ConnectAsync(((IPEndPoint)listener.LocalEndPoint!).Port);
        await using var duplex = new SocketDuplex(near);
        using var far = await listener.AcceptAsync(Cancel);
        Assert.Equal(0, duplex.Unconfirmed);

        // More than the peer's buffer takes while it does not read.
        var bytes = new byte[8 << 20];
        var writing = duplex.WriteAsync(bytes, Cancel).AsTask();
        await Eventually.TrueAsync(() => duplex.Unconfirmed > 0);
        var buffer = new byte[64 * 1024];
        for (var read = 0; read < bytes.Length;) read += await far.ReceiveAsync(buffer, Cancel);
        await writing;
        await Eventually.TrueAsync(() => duplex.Unconfirmed == 0);
    }

    [Theory]
    [InlineData("'x' is not a port", "--session-port", "x")]
    [InlineData("choose two", "--session-port", "5000")]
    [InlineData("--session-clients is a number from 1", "--session-port", "5001", "--session-clients", "0")]
    [InlineData("which --dialects leaves out", "--session-port", "5001", "--dialects", "d1,d2,d3")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_code_2(string message, params string[] options)
    {
        var (exit, _, error) = await ServerProcess.RunAsync(["5000", .. options]);

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_session_port_in_use_is_one_clear_line_and_exit_code_1()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exit, _, error) = await ServerProcess.RunAsync($"{ServerProcess.FreePort()}", "--folder", folder.Path, "--session-port", $"{taken}");

        Assert.Equal(1, exit);
        Assert.Contains($"port {taken} is in use", error, StringComparison.Ordinal);
    }

    static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
        return socket;
    }

    static async Task<string> GreetedAsync(int port)
    {
        var greeting = Full;
        await Eventually.TrueAsync(async () =>
        {
            using var socket = await ConnectAsync(port);
            greeting = await HearAsync(socket);
            return greeting != Full;
        });
        return greeting;
    }

    static async Task<string> AskAsync(Socket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), Cancel);
        return await HearAsync(socket);
    }

    static async Task<string> HearAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }
}
