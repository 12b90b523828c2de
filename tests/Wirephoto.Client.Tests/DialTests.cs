using System.Net;
using System.Net.Sockets;
using System.Text;
using Wirephoto.Client.Connections;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Tests;

/// <summary>How a connection that is not made ends.</summary>
public sealed class DialTests
{
    [Fact(Timeout = Patience)]
    public async Task A_dial_that_is_cancelled_ends_as_cancelled_whenever_that_comes()
    {
        // Connects, and nobody says hello.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < 300; i++)
        {
            using var enough = new CancellationTokenSource();
            var dialling = ConnectAsync(listener, new(), enough.Token);
            Thread.SpinWait(i * 100);
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_dial_that_takes_too_long_is_no_connection_whenever_that_comes()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < 100; i++)
        {
            var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(listener, new() { ConnectTimeout = TimeSpan.FromTicks(1 + (i * 100)) }, Cancel));
            Assert.Equal(ErrorCode.NoConnection, failure.Code);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_does_not_answer_is_given_up_in_the_time_for_a_connection()
    {
        using var full = new FullListener(IPAddress.Loopback);
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(full.Listener, new() { ConnectTimeout = TimeSpan.FromMilliseconds(300) }, Cancel));

        Assert.Equal(ErrorCode.NoConnection, failure.Code);
        Assert.Contains("did not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_the_server_resets_at_any_moment_is_a_lost_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var resetting = Task.Run(
            async () =>
            {
                while (true) (await listener.AcceptSocketAsync(over.Token)).Close(0);
            },
            Cancel);
        for (var i = 0; i < 1000; i++) await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(listener, new(), Cancel));

        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resetting);
    }

    [Theory(Timeout = Patience)]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task What_another_program_says_is_a_bad_reply_also_when_it_was_read_before_the_hello_was_sent(string greeting)
    {
        var wire = new Duplex(new MemoryStream(Encoding.ASCII.GetBytes(greeting)));
        await using var connection = new Connection(wire, new SilenceWatch(TimeProvider.System, Timeout.InfiniteTimeSpan, () => { }), new IPEndPoint(IPAddress.Loopback, 25));
        var ended = new TaskCompletionSource();
        await using var telling = connection.Ended.Register(ended.SetResult);
        await ended.Task;

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connection.GreetAsync(new WirephotoClientOptions(), Cancel));

        Assert.Equal(ErrorCode.BadReply, failure.Code);
        Assert.StartsWith("what answers there is no Wirephoto server: ", failure.Message, StringComparison.Ordinal);
    }

    static async Task ConnectAsync(TcpListener listener, WirephotoClientOptions options, CancellationToken cancel)
    {
        await using var client = await WirephotoClient.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, options, cancel);
    }
}
