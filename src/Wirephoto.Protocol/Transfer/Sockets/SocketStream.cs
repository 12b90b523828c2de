using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>
/// A connected socket's stream, which owns the socket. On Linux it is read and written without waiting as long as that goes, and waits by <see cref="EpollLoop"/>; elsewhere as .NET does. A read of no bytes
/// waits until there are any, or until the stream has ended. Only the asynchronous calls with memory are for use.
/// </summary>
public class SocketStream : NetworkStream
{
    readonly WatchedSocket? watched;

    /// <summary>Takes over a connected socket.</summary>
    public SocketStream(Socket socket)
        : base(socket, ownsSocket: true)
    {
        if (EpollLoop.Instance is not { } loop) return;
        socket.Blocking = false;
        watched = new WatchedSocket(loop, socket.SafeHandle);
    }

    /// <summary>Connects a socket, so that a stream can take it over. It stays the caller's.</summary>
    /// <exception cref="SocketException">There is no connection.</exception>
    public static async Task ConnectAsync(Socket socket, IPEndPoint server, CancellationToken cancel)
    {
        if (EpollLoop.Instance is not { } loop)
        {
            await socket.ConnectAsync(server, cancel);
            return;
        }

        // .NET's own way would watch it for good from here on.
        socket.Blocking = false;
        try
        {
            socket.Connect(server);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            using var watched = new WatchedSocket(loop, socket.SafeHandle);
            do await watched.WritableAsync(cancel);
            while (!socket.Poll(0, SelectMode.SelectWrite));

            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != 0) throw new SocketException(error);

            // Asked now, so that the socket knows it: a peer that resets the connection at once can't make a stream refuse it.
            if (!socket.Connected) throw new SocketException((int)SocketError.ConnectionReset);
        }

        socket.Blocking = true;
    }

    /// <summary>Whether calls of the system on the socket never wait: then waiting for it is this stream's own.</summary>
    internal bool IsNonBlocking => watched is not null;

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
        // From the finalizer too: the loop would keep it forever.
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

    // Poll respects SO_RCVLOWAT, which Available does not, and tells of the end as well. What is wrong shows at the read.
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

    /// <summary>How a connection that can't go on fails: by the cause it is told from a disk.</summary>
    internal static IOException Lost(SocketError error)
    {
        var cause = new SocketException((int)error);
        return new IOException(cause.Message, cause);
    }
}
