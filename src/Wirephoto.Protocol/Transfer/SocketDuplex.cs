using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A connected TCP socket. It sends files without bringing their bytes into this process (sendfile(2) where the system has it).</summary>
public sealed partial class SocketDuplex : Duplex
{
    // Linux, tcp(7): the bytes in the send queue, unsent or sent and not acknowledged.
    const int QueuedBytes = 0x5411;

    // Linux, send(2): MSG_MORE, MSG_NOSIGNAL and MSG_DONTWAIT.
    const int MoreFollows = 0x8000;
    const int NoSignal = 0x4000;
    const int DoNotWait = 0x40;

    readonly Socket socket;
    LowWaterMark? mark;

    /// <summary>Takes over a connected socket.</summary>
    public SocketDuplex(Socket socket)
        : this(socket, new YieldingStream(socket))
    {
    }

    /// <summary>Takes over a connected socket together with the stream that reads and writes it, and owns it.</summary>
    public SocketDuplex(Socket socket, Stream stream)
        : base(stream)
    {
        // Heads and small bodies leave in one write already; waiting for more would only delay replies.
        socket.NoDelay = true;
        this.socket = socket;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteFileAsync(
        ReadOnlyMemory<byte> before, SafeFileHandle file, long offset, long count, Action<int>? moved, CancellationToken cancel)
    {
        var isWhole = offset + count <= RandomAccess.GetLength(file);
        if (isWhole && count > 0) before = before[SendNow(before.Span)..];
        if (!before.IsEmpty) await WriteAsync(before, cancel);
        if (!isWhole) throw new EndOfStreamException("the file became shorter while it was sent");
        var sent = SendNow(file, offset, count);
        if (sent > 0) moved?.Invoke(sent);
        (offset, count) = (offset + sent, count - sent);
        if (count == 0) return;

        await using var stream = Reopen(file);
        if (stream is null)
        {
            await base.WriteFileAsync(default, file, offset, count, moved, cancel);
            return;
        }

        using var operation = new SendOperation();
        while (count > 0)
        {
            var slice = (int)Math.Min(count, FileSlice);
            await operation.SendAsync(socket, new SendPacketsElement(stream, offset, slice), cancel);
            moved?.Invoke(slice);
            offset += slice;
            count -= slice;
        }
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
        mark.Wait();
        await WaitToReadAsync(cancel);

        // A wait can end for an event of bytes that were read before: who reads then waits again, and each byte has to count for that.
        if (IsReadable) mark.Work();
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
    public override void Abort()
    {
        // A linger time of zero resets the connection instead of waiting for a peer that does not read.
        if (!socket.SafeHandle.IsClosed) socket.Close(0);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        mark?.Dispose();
        return base.DisposeAsync();
    }

    // Both send what the socket takes without waiting, which is all of a small image: nothing has to be opened or set up for it, and it leaves
    // together with what goes before it. The socket does not block, because it was read from asynchronously before. Whatever is wrong with it shows again on
    // the way that waits.
    int SendNow(ReadOnlySpan<byte> before)
    {
        if (before.IsEmpty || !CanSendNow) return 0;
        return (int)Math.Max(0, send(socket.SafeHandle, before, (nuint)before.Length, MoreFollows | NoSignal | DoNotWait));
    }

    int SendNow(SafeFileHandle file, long offset, long count)
    {
        if (!CanSendNow) return 0;
        var at = (nint)offset;
        return (int)Math.Max(0, sendfile(socket.SafeHandle, file, ref at, (nuint)Math.Min(count, FileSlice)));
    }

    // Where a pointer has 32 bits, so has the offset of sendfile.
    bool CanSendNow => OperatingSystem.IsLinux() && nint.Size == sizeof(long) && !socket.SafeHandle.IsClosed;

    // A socket takes only files that were opened for asynchronous use, which a handle from elsewhere is not. Linux opens the
    // same file once more by its descriptor, whatever has become of its name. Where that fails, the portable way is left.
    static FileStream? Reopen(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return new FileStream($"/proc/self/fd/{file.DangerousGetHandle()}", new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            if (held) file.DangerousRelease();
        }
    }

    [LibraryImport("libc")]
    private static partial int ioctl(SafeSocketHandle socket, nuint request, out int count);

    [LibraryImport("libc")]
    private static partial nint send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, nuint count, int flags);

    [LibraryImport("libc")]
    private static partial nint sendfile(SafeSocketHandle socket, SafeFileHandle file, ref nint offset, nuint count);

    sealed class SendOperation : SocketAsyncEventArgs
    {
        TaskCompletionSource completion = new();

        public async Task SendAsync(Socket socket, SendPacketsElement element, CancellationToken cancel)
        {
            completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SendPacketsElements = [element];
            await using var stop = cancel.UnsafeRegister(static s => ((Socket)s!).Close(0), socket);
            if (socket.SendPacketsAsync(this)) await completion.Task;
            cancel.ThrowIfCancellationRequested();
            if (SocketError != SocketError.Success) throw new IOException("the connection was lost", new SocketException((int)SocketError));
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => completion.TrySetResult();
    }
}
