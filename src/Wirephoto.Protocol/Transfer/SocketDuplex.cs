using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A connected TCP socket. It sends files without bringing their bytes into this process (sendfile(2) where the system has it).</summary>
public sealed class SocketDuplex : Duplex
{
    // A deadline can end a transfer only between two slices.
    const int Slice = 8 << 20;

    readonly Socket socket;

    /// <summary>Takes over a connected socket.</summary>
    public SocketDuplex(Socket socket)
        : base(new NetworkStream(socket, ownsSocket: true))
    {
        // Heads and small bodies leave in one write already; waiting for more would only delay replies.
        socket.NoDelay = true;
        this.socket = socket;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteFileAsync(SafeFileHandle file, long offset, long count, CancellationToken cancel)
    {
        // The stream must not close the handle, which belongs to the caller; it has no buffer and no position of its own.
        await using var stream = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0);
        if (offset + count > stream.Length) throw new EndOfStreamException("the file became shorter while it was sent");

        using var operation = new SendOperation();
        while (count > 0)
        {
            var slice = (int)Math.Min(count, Slice);
            await operation.SendAsync(socket, new SendPacketsElement(stream, offset, slice), cancel);
            offset += slice;
            count -= slice;
        }
    }

    /// <inheritdoc/>
    public override void ShutdownWrite()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer is gone already: there is nobody left to tell.
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        // A linger time of zero resets the connection instead of waiting for a peer that does not read.
        if (!socket.SafeHandle.IsClosed) socket.Close(0);
    }

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
