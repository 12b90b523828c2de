using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>A server on loopback whose first connection follows the first script, the second one the second; each is closed at the end of its script.</summary>
sealed class ScriptedPeer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop;
    readonly Task running;

    public ScriptedPeer(params Func<PeerConnection, Task>[] scripts)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = RunAsync(scripts);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>About how many bytes may wait for a script that does not read; to be set before anybody connects.</summary>
    public int ReceiveBuffer
    {
        init => listener.Server.ReceiveBufferSize = value;
    }

    /// <summary>A client of this peer.</summary>
    public Task<WirephotoClient> ConnectAsync(WirephotoClientOptions? options = null) =>
        WirephotoClient.ConnectAsync("127.0.0.1", Port, options ?? Patient, TestContext.Current.CancellationToken);

    /// <summary>Waits until every script has been followed to its end, and fails if one could not be.</summary>
    public Task DoneAsync() => running;

    /// <summary>Options under which repetitions wait for nothing.</summary>
    public static WirephotoClientOptions Patient => new() { Clock = new ManualClock { Skip = TimeSpan.FromSeconds(5) }, BackoffMost = TimeSpan.FromSeconds(5) };

    async Task RunAsync(Func<PeerConnection, Task>[] scripts)
    {
        foreach (var script in scripts)
        {
            await using var connection = new PeerConnection(await listener.AcceptSocketAsync(stop.Token), stop.Token);
            await script(connection);
        }

        listener.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
    }
}
