using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// Receives a body in one pass, in constant memory: each piece is written and observed (hashed, inspected). Pieces of a large body are received, written and
/// observed side by side, on as many cores as there are.
/// </summary>
public static class BodyReceiver
{
    // Below this changes of threads cost more than they win.
    const int LargeBody = 1 << 20;

    /// <summary>Receives the whole body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="write">Starts writing a piece; the piece is reused when its task is done. One at a time, in their order, maybe on another thread.</param>
    /// <param name="observe">Looks at the pieces in their order, one at a time; maybe on another thread, and before or after the piece is written. Who wants to keep one longer than the call shares it.</param>
    /// <param name="room">How much of a large body may be in memory.</param>
    /// <param name="cancel">Ends the wait for the peer. Pieces that had been received by then are still given to both.</param>
    public static Task ReceiveAsync(
        BodyReader body, Func<ReadOnlyMemory<byte>, Task> write, Action<SharedPiece> observe, PieceRoom room, CancellationToken cancel) =>
        body.Size < LargeBody ? ReceiveInTurnAsync(body, write, observe, cancel) : ReceiveInStagesAsync(body, write, observe, room, cancel);

    static async Task ReceiveInTurnAsync(
        BodyReader body, Func<ReadOnlyMemory<byte>, Task> write, Action<SharedPiece> observe, CancellationToken cancel)
    {
        while (await ReceiveAsync(body, TransferBuffer.Size, cancel) is { } piece)
        {
            using (piece)
            {
                observe(piece);
                await write(piece.Bytes);
            }
        }
    }

    static async Task ReceiveInStagesAsync(
        BodyReader body, Func<ReadOnlyMemory<byte>, Task> write, Action<SharedPiece> observe, PieceRoom room, CancellationToken cancel)
    {
        var writing = new PieceStage(room.Waiting, piece => write(piece.Bytes));
        var observing = new PieceStage(room.Waiting, piece =>
        {
            observe(piece);
            return Task.CompletedTask;
        });
        try
        {
            while (await ReceiveAsync(body, room.Piece, cancel) is { } piece)
            {
                using (piece)
                {
                    await writing.AddAsync(piece);
                    await observing.AddAsync(piece);
                }
            }
        }
        finally
        {
            // When a stage has failed, adding to it only failed because of that: what is told is why.
            await Task.WhenAll(writing.CompleteAsync(), observing.CompleteAsync());
        }
    }

    // The next piece, or null at the end of the body. A buffer is rented only when bytes are there, so that slow peers hold none.
    static async ValueTask<SharedPiece?> ReceiveAsync(BodyReader body, int large, CancellationToken cancel)
    {
        if (!await body.WaitAsync(cancel)) return null;
        var piece = new SharedPiece(TransferBuffer.Rent(body.Remaining, large));
        try
        {
            // All that is there already: the fewer pieces, the fewer calls and changes of threads.
            do piece.Add(await body.ReadAsync(piece.Room, cancel));
            while (piece.Room.Length > 0 && body.IsThere);
            return piece;
        }
        catch
        {
            piece.Dispose();
            throw;
        }
    }
}
