using System.Collections.Concurrent;
using System.Net;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Dialects.D4;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Server.Hosting;

/// <summary>The running server: a store, its ports, and the connections between them.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    readonly IImageStore store;
    readonly ServerOptions options;
    readonly TimeProvider clock;
    readonly ServerLog log;
    readonly Port main;
    readonly Port? sessions;
    readonly ImageService images;
    readonly SemaphoreSlim replies;
    readonly ConcurrentDictionary<Task, bool> connections = new();
    readonly CancellationTokenSource draining = new();
    readonly CancellationTokenSource ending = new();

    /// <summary>Joins open ports, which it takes over, with a store, which stays the caller's.</summary>
    /// <param name="listener">The port.</param>
    /// <param name="sessions">The port for sessions in which the server speaks first; null: none.</param>
    /// <param name="store">The images.</param>
    /// <param name="options">What the owner asked for.</param>
    /// <param name="clock">Time.</param>
    /// <param name="log">Where it is told.</param>
    public ServerHost(Listener listener, Listener? sessions, IImageStore store, ServerOptions options, TimeProvider clock, ServerLog log)
    {
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.log = log;
        main = Open(listener, options.Limits.Clients, NativeSession.Wording, static (duplex, session) => new FormatChoice(duplex, session));
        if (sessions is not null) this.sessions = Open(sessions, options.Limits.SessionClients, D4Session.Wording, static (duplex, session) => new D4Session(duplex, session));
        images = new ImageService(store, options);
        replies = new SemaphoreSlim(options.Limits.Replies);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => main.Listener.Address;

    IEnumerable<Port> Ports => sessions is null ? [main] : [main, sessions];

    /// <summary>Serves until <paramref name="drain"/>; then finishes what runs, up to the grace time or until <paramref name="endNow"/>.</summary>
    public async Task RunAsync(CancellationToken drain, CancellationToken endNow)
    {
        var status = await store.StatusAsync(drain);
        if (sessions is not null) log.TakesSessions(sessions.Listener.Address.ToString(), options.Limits.SessionClients);
        log.Started(Address.ToString(), Path.GetFullPath(options.Folder), status.Images, options.Open ? "every machine (--open)" : "this machine only (protected mode)");

        CrashPoints.Reach(CrashPoint.StartServing);
        var sweeping = new Sweeper(store, options.Limits.UploadAge, clock, log).RunAsync(draining.Token);
        await Task.WhenAll(Ports.Select(port => port.Listener.AcceptAsync((duplex, address) => Start(port, duplex, address), log, clock, drain)));
        await DrainAsync(endNow);
        await sweeping;
        log.Stopped();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var port in Ports) port.Listener.Dispose();
        images.Dispose();
        replies.Dispose();
        draining.Dispose();
        ending.Dispose();
        return ValueTask.CompletedTask;
    }

    void Start(Port port, SocketDuplex duplex, IPEndPoint address)
    {
        var (caller, refusal) = port.Doorman.Admit(address);
        var serving = caller is not null
            ? Connection.RunAsync(duplex, new SessionContext(caller, images, port.Roster, options, clock, log, replies, draining.Token), port.Open, ending.Token)
            : port.Doorman.TurnAwayAsync(duplex, address, refusal!);

        // Kept only to be waited for when the server stops.
        connections.TryAdd(serving, true);
        _ = serving.ContinueWith(done => connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    Port Open(Listener listener, int most, Func<WirephotoException, ReadOnlyMemory<byte>> wording, Func<Duplex, SessionContext, ISession> open)
    {
        var roster = new ClientRoster(clock, options.Limits.SessionHistory);
        return new Port(listener, roster, new Doorman(options, roster, most, wording, clock, log), open);
    }

    async Task DrainAsync(CancellationToken endNow)
    {
        foreach (var port in Ports) port.Listener.Dispose();
        CrashPoints.Reach(CrashPoint.DrainPortsClosed);
        log.Stopping(Ports.Sum(port => port.Roster.Present), options.Limits.DrainGrace.TotalSeconds);
        await draining.CancelAsync();

        var grace = Task.Delay(options.Limits.DrainGrace, clock, endNow);
        await Task.WhenAny(Task.WhenAll(connections.Keys), grace);
        await ending.CancelAsync();
        await Task.WhenAll(connections.Keys);
        CrashPoints.Reach(CrashPoint.DrainConnectionsEnded);
    }

    // Each port has clients of its own: their names, their number, and what they speak.
    sealed record Port(Listener Listener, ClientRoster Roster, Doorman Doorman, Func<Duplex, SessionContext, ISession> Open);
}
