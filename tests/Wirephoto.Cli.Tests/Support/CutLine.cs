using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Cli.Tests.Support;

/// <summary>
/// A line to a server that a test can let only so many bytes through: what comes behind them waits, so that a program can be killed or a server
/// ended at a certain byte of a transfer.
/// </summary>
sealed class CutLine : IAsyncDisposable
{
    readonly TcpListener listener;
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly string server;
    readonly Task accepting;
    long upward;
    long downward;

    /// <summary>Lets so many bytes go to the server and come from it, over all connections; on a port of its own, or on that of a line before it.</summary>
    public CutLine(string serverPort, long upward = long.MaxValue, long downward = long.MaxValue, string port = "0")
    {
        server = serverPort;
        listener = new TcpListener(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        (this.upward, this.downward) = (upward, downward);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        accepting = AcceptAsync();
    }

    public string Port { get; }

    /// <summary>Done when no more bytes go through.</summary>
    public Task Stalled => stalled.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true) talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                await upstream.ConnectAsync(IPAddress.Loopback, int.Parse(server, System.Globalization.CultureInfo.InvariantCulture), stopping.Token);
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), upstream.GetStream(), bytes => Interlocked.Add(ref upward, -bytes)),
                    PumpAsync(upstream.GetStream(), client.GetStream(), bytes => Interlocked.Add(ref downward, -bytes)));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two ends is gone, which is what this is for.
            }
        }
    }

    async Task PumpAsync(NetworkStream from, NetworkStream to, Func<int, long> spend)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
        {
            var left = spend(count);
            if (left < 0) count = (int)Math.Max(0, count + left);
            await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
            if (left >= 0) continue;
            stalled.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(stopping.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await accepting;
        listener.Dispose();
    }
}
