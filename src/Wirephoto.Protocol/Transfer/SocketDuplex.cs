using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A connected TCP socket. It sends files without bringing their bytes into this process (sendfile(2) where the system has it).</summary>
public sealed class SocketDuplex : Duplex
{
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
    public override async ValueTask WriteFileAsync(SafeFileHandle file, long offset, long count, Action<int>? moved, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            await base.WriteFileAsync(file, offset, count, moved, cancel);
            return;
        }

        // The socket sends only from streams that were opened for asynchronous use; /proc opens the very same file once more, so.
        var path = $"/proc/self/fd/{file.DangerousGetHandle()}";
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        if (offset + count > stream.Length) throw new EndOfStreamException("the file became shorter while it was sent");

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
