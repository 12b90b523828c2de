using System.Net;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage;
using Wirephoto.Storage.Memory;

namespace Wirephoto.Server.Tests.Support;

/// <summary>The service without a port: as many sessions as a test wants, over connections in memory.</summary>
sealed class TestService : IAsyncDisposable
{
    readonly List<Task<ConnectionEnd>> sessions = [];
    readonly CancellationTokenSource draining = new();
    readonly ClientRoster roster;
    readonly SemaphoreSlim replies;

    public TestService(ServerOptions? options = null, IImageStore? store = null)
    {
        Options = options ?? new ServerOptions { Port = 5000, Folder = "." };
        Store = store ?? new MemoryStore(Clock);
        Images = new ImageService(Store, Options);
        replies = new SemaphoreSlim(Options.Limits.Replies);
        roster = new ClientRoster(Clock, Options.Limits.SessionHistory);
    }

    public ManualClock Clock { get; } = new();

    public LogLines Log { get; } = new();

    public ServerOptions Options { get; }

    public IImageStore Store { get; }

    public ImageService Images { get; }

    /// <summary>What speaks to the peers: the native session, unless a test says otherwise.</summary>
    public Func<Duplex, SessionContext, ISession> Open { get; init; } = static (duplex, context) => new NativeSession(duplex, context);

    /// <summary>How the session of the newest peer ended, once it has.</summary>
    public Task<ConnectionEnd> End => sessions[^1];

    public RawPeer Connect(IPAddress? from = null) => Connect(MemoryDuplex.Create(), from);

    public RawPeer Connect((Duplex Server, Duplex Client) wire, IPAddress? from = null)
    {
        var caller = roster.Enter(new IPEndPoint(from ?? IPAddress.Loopback, 40000 + sessions.Count), int.MaxValue)!;
        sessions.Add(RunAsync(wire.Server, caller));
        return new RawPeer(wire.Client);
    }

    /// <summary>Stops the service as the first signal does.</summary>
    public void Drain() => draining.Cancel();

    public async ValueTask DisposeAsync()
    {
        await draining.CancelAsync();
        await Task.WhenAll(sessions);
        Images.Dispose();
        replies.Dispose();
        await Store.DisposeAsync();
        draining.Dispose();
    }

    async Task<ConnectionEnd> RunAsync(Duplex duplex, Caller caller)
    {
        await using (duplex)
        {
            var context = new SessionContext(caller, Images, roster, Options, Clock, new ServerLog(Log), replies, draining.Token);
            await using var session = Open(duplex, context);
            var end = await session.RunAsync();
            roster.Leave(caller);
            return end;
        }
    }
}
