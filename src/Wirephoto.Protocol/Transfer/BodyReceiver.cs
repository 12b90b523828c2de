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
                var piece = new SharedPiece(TransferBuffer.Rent(body.Remaining));
                try
                {
                    await FillAsync(piece, body, cancel);
                    await observing;
                    observing = Observe(piece, observe, inPlace: body.Size < LargeBody);
                    await write(piece.Bytes);
                }
                finally
                {
                    piece.Release();
                }
            }
        }
        finally
        {
            await observing;
        }
    }

    // With all that is there already: the fewer pieces, the fewer calls and changes of threads.
    static async ValueTask FillAsync(SharedPiece piece, BodyReader body, CancellationToken cancel)
    {
        do piece.Add(await body.ReadAsync(piece.Room, cancel));
        while (piece.Room.Length > 0 && body.IsThere);
    }

    static Task Observe(SharedPiece piece, Action<ReadOnlySpan<byte>> observe, bool inPlace)
    {
        if (!inPlace)
        {
            piece.Share();
            return Task.Run(() => ObserveShared(piece, observe), CancellationToken.None);
        }

        observe(piece.Bytes.Span);
        return Task.CompletedTask;
    }

    static void ObserveShared(SharedPiece piece, Action<ReadOnlySpan<byte>> observe)
    {
        try
        {
            observe(piece.Bytes.Span);
        }
        finally
        {
            piece.Release();
        }
    }

    // The buffer goes back only when nobody reads it any more.
    sealed class SharedPiece(TransferBuffer buffer)
    {
        int holders = 1;
        int count;

        public ReadOnlyMemory<byte> Bytes => buffer.Memory[..count];

        public Memory<byte> Room => buffer.Memory[count..];

        public void Add(int bytes) => count += bytes;

        public void Share() => Interlocked.Increment(ref holders);

        public void Release()
        {
            if (Interlocked.Decrement(ref holders) == 0) buffer.Dispose();
        }
    }
}
