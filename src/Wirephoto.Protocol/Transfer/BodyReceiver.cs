using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// Receives a body in one pass, in constant memory: each piece is written and observed (hashed, inspected). Of a large body a piece is observed
/// while the next one arrives, on another core where there is one.
/// </summary>
public static class BodyReceiver
{
    // Below this a change of threads costs more than it wins.
    const int LargeBody = 1 << 20;

    /// <summary>Receives the whole body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="write">Starts writing a piece; the piece is reused when its task is done.</param>
    /// <param name="observe">Looks at the pieces in their order, one at a time; maybe on another thread, and before or after the piece is written.</param>
    /// <param name="cancel">Ends the wait for the peer.</param>
    public static async Task ReceiveAsync(
        BodyReader body, Func<ReadOnlyMemory<byte>, Task> write, Action<ReadOnlySpan<byte>> observe, CancellationToken cancel)
    {
        var observing = Task.CompletedTask;
        try
        {
            // A buffer is rented only when bytes are there, so that slow peers hold none.
            while (await body.WaitAsync(cancel))
            {
                var buffer = TransferBuffer.Rent();
                var given = false;
                try
                {
                    var count = 0;

                    // Of a small body, what is there already goes along in one piece.
                    do count += await body.ReadAsync(buffer.Memory[count..], cancel);
                    while (body.Size <= TransferBuffer.Size && body.IsThere);

                    var piece = buffer.Memory[..count];
                    await observing;
                    if (body.Size < LargeBody)
                    {
                        await WriteAndObserveAsync(piece, write, observe);
                        continue;
                    }

                    var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    observing = Task.Run(() => ObserveAsync(buffer, piece, observe, written.Task), CancellationToken.None);
                    given = true;
                    try
                    {
                        await write(piece);
                    }
                    finally
                    {
                        written.SetResult();
                    }
                }
                finally
                {
                    if (!given) buffer.Dispose();
                }
            }
        }
        finally
        {
            await observing;
        }
    }

    static async Task WriteAndObserveAsync(ReadOnlyMemory<byte> piece, Func<ReadOnlyMemory<byte>, Task> write, Action<ReadOnlySpan<byte>> observe)
    {
        var writing = write(piece);
        try
        {
            observe(piece.Span);
        }
        finally
        {
            // The buffer may go back only when nobody reads it any more.
            await writing;
        }
    }

    // Owns the buffer, which goes back once it is written as well.
    static async Task ObserveAsync(TransferBuffer buffer, ReadOnlyMemory<byte> piece, Action<ReadOnlySpan<byte>> observe, Task written)
    {
        using (buffer)
        {
            try
            {
                observe(piece.Span);
            }
            finally
            {
                await written;
            }
        }
    }
}
