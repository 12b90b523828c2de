using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// Receives a body in one pass, in constant memory: each piece is written and observed (hashed, inspected). Of a large body pieces are observed
/// while the next ones arrive, on another core where there is one.
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
        var beside = body.Size < LargeBody ? null : new PieceObserver(observe);
        try
        {
            // A buffer is rented only when bytes are there, so that slow peers hold none.
            while (await body.WaitAsync(cancel))
            {
                using var piece = new SharedPiece(TransferBuffer.Rent(body.Remaining));
                await FillAsync(piece, body, cancel);
                if (beside is null) observe(piece.Bytes.Span);
                else await beside.AddAsync(piece);
                await write(piece.Bytes);
            }
        }
        finally
        {
            if (beside is not null) await beside.CompleteAsync();
        }
    }

    // With all that is there already: the fewer pieces, the fewer calls and changes of threads.
    static async ValueTask FillAsync(SharedPiece piece, BodyReader body, CancellationToken cancel)
    {
        do piece.Add(await body.ReadAsync(piece.Room, cancel));
        while (piece.Room.Length > 0 && body.IsThere);
    }
}
