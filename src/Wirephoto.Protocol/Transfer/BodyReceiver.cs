using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Receives a body: each piece is written and observed (hashed, inspected) at the same time, in one pass, in constant memory.</summary>
public static class BodyReceiver
{
    /// <summary>Receives the whole body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="write">Starts writing a piece; the piece is reused when its task is done.</param>
    /// <param name="observe">Looks at the same piece while it is being written.</param>
    /// <param name="cancel">Ends the wait for the peer.</param>
    public static async Task ReceiveAsync(
        BodyReader body, Func<ReadOnlyMemory<byte>, Task> write, Action<ReadOnlySpan<byte>> observe, CancellationToken cancel)
    {
        // The buffer is rented only when bytes are there, so that slow peers hold none.
        while (await body.WaitAsync(cancel))
        {
            using var buffer = TransferBuffer.Rent();
            var count = await body.ReadAsync(buffer.Memory, cancel);
            var piece = buffer.Memory[..count];
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
    }
}
