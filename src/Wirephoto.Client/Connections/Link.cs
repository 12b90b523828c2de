using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Connections;

/// <summary>The client's way to its server: one connection at a time, made anew after it was lost, and operations that survive that.</summary>
sealed class Link(Dialer dialer, WirephotoClientOptions options) : IAsyncDisposable
{
    readonly SemaphoreSlim connecting = new(1);
    volatile Connection? current;
    WirephotoException? unreachable;
    volatile int failedDials;
    volatile bool closed;

    /// <summary>Digests of the small images that are put over it.</summary>
    public JointDigests Digests { get; } = new(options.Clock);

    /// <summary>Whether anything goes on.</summary>
    public Advances Advances { get; } = new();

    /// <summary>The turns of its uploads.</summary>
    public PieceTurns Pieces { get; } = new();

    /// <summary>What its puts have found.</summary>
    public Repeats Repeats { get; } = new();

    /// <summary>The connection that is or was used last.</summary>
    public Connection Latest => current!;

    /// <summary>The connection, made anew if it was lost.</summary>
    public async Task<Connection> ConnectAsync(CancellationToken cancel)
    {
        if (current is { Alive: true } alive && !closed) return alive;
        var before = failedDials;
        await connecting.WaitAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(WirephotoClient));
            if (current is { Alive: true } meanwhile) return meanwhile;
            return current = await DialAsync(before, cancel);
        }
        finally
        {
            connecting.Release();
        }
    }

    // Who waited while another call found nobody there knows it by now: otherwise each of many calls would wait for all before it.
    async Task<Connection> DialAsync(int failedBefore, CancellationToken cancel)
    {
        if (failedDials != failedBefore && unreachable is not null) throw unreachable;
        if (current is { } lost) await lost.DisposeAsync();
        try
        {
            unreachable = null;
            return await dialer.ConnectAsync(cancel);
        }
        catch (WirephotoException e)
        {
            unreachable = e;
            failedDials++;
            throw;
        }
    }

    /// <summary>One request that can be repeated without harm.</summary>
    public Task<T> CallAsync<T>(Request request, Func<Head, T> read, CancellationToken cancel) =>
        RunAsync(connection => connection.CallAsync(request, read, cancel), cancel);

    /// <summary>One request with a body in its reply that can be repeated without harm.</summary>
    public Task<T> CallAsync<T>(Request request, ReplyReader<T> read, CancellationToken cancel) =>
        RunAsync(connection => connection.CallAsync(request, default, read, cancel), cancel);

    /// <summary>One request that must not be done twice: when its connection is lost after it was sent, it stays in doubt.</summary>
    public async Task<T> CallOnceAsync<T>(Request request, Func<Head, T> read, CancellationToken cancel)
    {
        try
        {
            return await RunAsync(connection => connection.CallAsync(request, read, cancel), e => Attempts.OfConnection(e) && !Attempts.MayBeDone(e), cancel);
        }
        catch (ConnectionException e) when (e.Code == ErrorCode.Timeout)
        {
            throw new ConnectionException(ErrorCode.InDoubt, e.Message, e);
        }
    }

    /// <summary>An operation that can be repeated without harm: tried again, on a new connection where needed, after failures of the connection.</summary>
    public Task<T> RunAsync<T>(Func<Connection, Task<T>> attempt, CancellationToken cancel) => RunAsync(attempt, Attempts.OfConnection, cancel);

    /// <summary>An operation: tried again after failures that <paramref name="repeat"/> accepts, while there are attempts left.</summary>
    public async Task<T> RunAsync<T>(Func<Connection, Task<T>> attempt, Func<WirephotoException, bool> repeat, CancellationToken cancel)
    {
        var attempts = new Attempts(options, Advances);
        while (true)
        {
            try
            {
                var result = await attempt(await ConnectAsync(cancel));
                Advances.Add();
                return result;
            }
            catch (WirephotoException e) when (attempts.Left && repeat(e))
            {
                await attempts.BackOffAsync(cancel);
            }
            catch (RefusedException e) when (!Attempts.OfConnection(e))
            {
                // An answer as well.
                Advances.Add();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        await connecting.WaitAsync();
        if (current is { } connection) await connection.DisposeAsync();
        await Digests.DisposeAsync();
        connecting.Release();
    }
}
