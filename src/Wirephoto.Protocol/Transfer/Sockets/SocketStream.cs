using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>
/// A connected socket's stream, which owns the socket. On Linux it is read and written without waiting as long as that goes, and waits by <see cref="SocketWatch"/>; elsewhere as .NET does. A read of no bytes
/// waits until there are any.
/// </summary>
public class SocketStream : NetworkStream
{
    readonly WatchedSocket? watched;

    /// <summary>Takes over a connected socket.</summary>
    public SocketStream(Socket socket)
        : base(socket, ownsSocket: true)
    {
        if (SocketWatch.Instance is not { } watch) return;
        socket.Blocking = false;
        watched = new WatchedSocket(watch, socket.SafeHandle);
    }

    /// <summary>Whether waiting for the socket is this stream's own: then calls of the system on it never wait.</summary>
    internal bool IsWatched => watched is not null;

    /// <summary>The socket.</summary>
    internal new Socket Socket => base.Socket;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (watched is null) return base.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty) return IsDry() ? WaitForBytesAsync(watched, cancellationToken) : ValueTask.FromResult(0);
        cancellationToken.ThrowIfCancellationRequested();
        return TryReceive(buffer.Span, out var count) ? ValueTask.FromResult(count) : ReceiveAsync(watched, buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (watched is null) return base.WriteAsync(buffer, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var rest = buffer[Send(buffer.Span)..];
        return rest.IsEmpty ? ValueTask.CompletedTask : SendAsync(watched, rest, cancellationToken);
    }

    /// <summary>Waits until there is room for something to write; only where the stream waits itself.</summary>
    internal ValueTask WritableAsync(CancellationToken cancel) => watched!.WritableAsync(cancel);

    /// <summary>Ends the connection at once: a linger time of zero resets it instead of waiting for a peer that does not read.</summary>
    internal void Abort()
    {
        watched?.Dispose();
        if (!Socket.SafeHandle.IsClosed) Socket.Close(0);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        watched?.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<int> WaitForBytesAsync(WatchedSocket socket, CancellationToken cancel)
    {
        // Whoever waits lets others run once before: where all cores are busy that is often the peer, which then has sent more, and nobody has to be woken.
        Thread.Yield();
        if (IsDry()) await socket.ReadableAsync(cancel);
        return 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<int> ReceiveAsync(WatchedSocket socket, Memory<byte> buffer, CancellationToken cancel)
    {
        int count;
        do await socket.ReadableAsync(cancel);
        while (!TryReceive(buffer.Span, out count));
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    async ValueTask SendAsync(WatchedSocket socket, ReadOnlyMemory<byte> rest, CancellationToken cancel)
    {
        while (!rest.IsEmpty)
        {
            await socket.WritableAsync(cancel);
            rest = rest[Send(rest.Span)..];
        }
    }

    // What is wrong with it shows at the read.
    bool IsDry()
    {
        try
        {
            return !Socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    bool TryReceive(Span<byte> buffer, out int count)
    {
        count = Socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw Lost(error),
        };
    }

    // As much as there is room for.
    int Send(ReadOnlySpan<byte> bytes)
    {
        var count = Socket.Send(bytes, SocketFlags.None, out var error);
        return error is SocketError.Success or SocketError.WouldBlock ? count : throw Lost(error);
    }

    static IOException Lost(SocketError error)
    {
        var cause = new SocketException((int)error);
        return new IOException(cause.Message, cause);
    }
}
