using System.Collections.Concurrent;
using System.Net;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage;

namespace Wirephoto.Server.Hosting;

/// <summary>The running server: a store, a port, and the connections between them.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    readonly IImageStore store;
    readonly ServerOptions options;
    readonly TimeProvider clock;
    readonly ServerLog log;
    readonly Listener listener;
    readonly ClientRoster roster;
    readonly Doorman doorman;
    readonly ImageService images;
    readonly ConcurrentDictionary<Task, bool> connections = new();
    readonly CancellationTokenSource draining = new();
    readonly CancellationTokenSource ending = new();

    /// <summary>Joins an open port, which it takes over, with a store, which stays the caller's.</summary>
    public ServerHost(Listener listener, IImageStore store, ServerOptions options, TimeProvider clock, ServerLog log)
    {
        this.listener = listener;
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.log = log;
        roster = new ClientRoster(clock, options.Limits.SessionHistory);
        doorman = new Doorman(options, roster, clock, log);
        images = new ImageService(store, options);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => listener.Address;

    /// <summary>Serves until <paramref name="drain"/>; then finishes what runs, up to the grace time or until <paramref name="endNow"/>.</summary>
    public async Task RunAsync(CancellationToken drain, CancellationToken endNow)
    {
        var status = await store.StatusAsync(drain);
        log.Started(Address.ToString(), Path.GetFullPath(options.Folder), status.Images, options.Open ? "every machine (--open)" : "this machine only (protected mode)");

        var sweeping = new Sweeper(store, options.Limits.UploadAge, clock, log).RunAsync(draining.Token);
        await listener.AcceptAsync(Start, log, clock, drain);
        await DrainAsync(endNow);
        await sweeping;
        log.Stopped();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        draining.Dispose();
        ending.Dispose();
        return ValueTask.CompletedTask;
    }

    void Start(SocketDuplex duplex, IPEndPoint address)
    {
        var (caller, refusal) = doorman.Admit(address);
        var serving = caller is not null
            ? Connection.RunAsync(duplex, new SessionContext(caller, images, roster, options, clock, log, draining.Token), Choose, ending.Token)
            : doorman.TurnAwayAsync(duplex, address, refusal!);

        // Kept only to be waited for when the server stops.
        connections.TryAdd(serving, true);
        _ = serving.ContinueWith(done => connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    static FormatChoice Choose(Duplex duplex, SessionContext session) => new(duplex, session);

    async Task DrainAsync(CancellationToken endNow)
    {
        listener.Dispose();
        log.Stopping(roster.Present, options.Limits.DrainGrace);
        await draining.CancelAsync();

        var grace = Task.Delay(options.Limits.DrainGrace, clock, endNow);
        await Task.WhenAny(Task.WhenAll(connections.Keys), grace);
        await ending.CancelAsync();
        await Task.WhenAll(connections.Keys);
    }
}
