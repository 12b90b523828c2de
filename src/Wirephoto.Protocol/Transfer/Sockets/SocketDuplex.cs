using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>A connected TCP socket. It sends files without bringing their bytes into this process (sendfile(2), on Linux with 64 bits).</summary>
public sealed partial class SocketDuplex : Duplex
{
    // Linux, tcp(7): the bytes in the send queue, unsent or sent and not acknowledged.
    const int QueuedBytes = 0x5411;

    // Linux, send(2): MSG_MORE and MSG_NOSIGNAL; errno(3): EAGAIN.
    const int MoreFollows = 0x8000;
    const int NoSignal = 0x4000;
    const int TryAgain = 11;

    readonly Socket socket;
    readonly SocketStream stream;
    LowWaterMark? mark;

    /// <summary>Takes over a connected socket.</summary>
    public SocketDuplex(Socket socket)
        : this(new SocketStream(socket))
    {
    }

    /// <summary>Takes over a socket's stream, and owns it.</summary>
    public SocketDuplex(SocketStream stream)
        : base(stream)
    {
        this.stream = stream;
        socket = stream.Socket;

        // Heads and small bodies leave in one write already; waiting for more would only delay replies.
        socket.NoDelay = true;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteFileAsync(
        ReadOnlyMemory<byte> before, SafeFileHandle file, long offset, long count, Action<int>? moved, CancellationToken cancel)
    {
        var isWhole = offset + count <= RandomAccess.GetLength(file);
        if (isWhole && count > 0) before = before[SendHead(before.Span)..];
        if (!before.IsEmpty) await WriteAsync(before, cancel);
        if (!isWhole) throw new EndOfStreamException("the file became shorter while it was sent");
        while (count > 0 && CanSendFile)
        {
            cancel.ThrowIfCancellationRequested();
            var at = (nint)offset;
            var sent = (int)sendfile(socket.SafeHandle, file, ref at, (nuint)Math.Min(count, FileSlice));
            if (sent == 0 || (sent < 0 && Marshal.GetLastPInvokeError() != TryAgain)) break;
            if (sent < 0)
            {
                await stream.WritableAsync(cancel);
                continue;
            }

            moved?.Invoke(sent);
            (offset, count) = (offset + sent, count - sent);
        }

        // Where the system does not know how, or something is wrong: that shows there.
        if (count > 0) await base.WriteFileAsync(default, file, offset, count, moved, cancel);
    }

    /// <inheritdoc/>
    public override bool IsReadable
    {
        get
        {
            try
            {
                return base.IsReadable || socket.Available > 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // What is wrong with it shows at the next read.
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WaitToReadAsync(long coming, CancellationToken cancel)
    {
        if (coming < LowWaterMark.Least || !OperatingSystem.IsLinux())
        {
            mark?.Lower();
            await WaitToReadAsync(cancel);
            return;
        }

        if (IsReadable) return;
        mark ??= new LowWaterMark(socket, TimeProvider.System);
        mark.BeginWait();
        await WaitToReadAsync(cancel);

        // What ended the wait need not be bytes: then each has to count for who reads next.
        if (IsReadable) mark.EndWait();
        else mark.Lower();
    }

    /// <inheritdoc/>
    public override int? Unconfirmed
    {
        get
        {
            // A socket that is broken can't tell either; it fails at the next write anyway. After a reset the system would go on
            // counting what can never be confirmed.
            return OperatingSystem.IsLinux() && !IsReset() && ioctl(socket.SafeHandle, QueuedBytes, out var count) == 0 ? count : null;
        }
    }

    // The first byte of tcp_info is the state of the connection; 7 is TCP_CLOSE (Linux, include/net/tcp_states.h).
    bool IsReset()
    {
        const int Tcp = 6, Info = 11, Closed = 7;
        Span<byte> state = stackalloc byte[1];
        return socket.GetRawSocketOption(Tcp, Info, state) == 1 && state[0] == Closed;
    }

    /// <inheritdoc/>
    public override void HoldFew(int bytes) => socket.SendBufferSize = bytes;

    /// <inheritdoc/>
    public override void ShutdownWrite()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer is gone already, or this end has given up: there is nobody left to tell.
        }
    }

    /// <inheritdoc/>
    public override void Abort() => stream.Abort();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        mark?.Dispose();
        return base.DisposeAsync();
    }

    // What the socket takes without waiting leaves together with the file behind it. Whatever is wrong with the socket shows again on the way that waits.
    int SendHead(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty || !CanSendFile) return 0;
        return (int)Math.Max(0, send(socket.SafeHandle, head, (nuint)head.Length, MoreFollows | NoSignal));
    }

    // Where a pointer has 32 bits, so has the offset of sendfile.
    bool CanSendFile => stream.IsNonBlocking && nint.Size == sizeof(long) && !socket.SafeHandle.IsClosed;

    [LibraryImport("libc")]
    private static partial int ioctl(SafeSocketHandle socket, nuint request, out int count);

    [LibraryImport("libc")]
    private static partial nint send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendfile(SafeSocketHandle socket, SafeFileHandle file, ref nint offset, nuint count);
}
