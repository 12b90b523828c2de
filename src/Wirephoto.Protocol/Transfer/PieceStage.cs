using System.Threading.Channels;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Observes pieces in their order beside whoever receives them. A few may wait, so that neither side sleeps whenever the other takes a moment longer.</summary>
sealed class PieceObserver
{
    const int MostWaiting = 3;

    readonly Channel<SharedPiece> pieces = Channel.CreateBounded<SharedPiece>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
    readonly Action<ReadOnlySpan<byte>> observe;
    readonly Task work;

    /// <summary>Starts; <see cref="CompleteAsync"/> has to end it.</summary>
    public PieceObserver(Action<ReadOnlySpan<byte>> observe)
    {
        this.observe = observe;
        work = Task.Run(ObserveAllAsync);
    }

    /// <summary>Adds a piece; waits while too many are waiting already.</summary>
    public async ValueTask AddAsync(SharedPiece piece)
    {
        try
        {
            await pieces.Writer.WriteAsync(piece.Share(), CancellationToken.None);
        }
        catch
        {
            piece.Dispose();
            throw;
        }
    }

    /// <summary>Returns when all pieces have been observed, and throws what observing one of them threw.</summary>
    public Task CompleteAsync()
    {
        pieces.Writer.TryComplete();
        return work;
    }

    async Task ObserveAllAsync()
    {
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None))
            {
                using (piece) observe(piece.Bytes.Span);
            }
        }
        finally
        {
            // After a failure nothing more is wanted, and nothing is kept.
            pieces.Writer.TryComplete();
            while (pieces.Reader.TryRead(out var left)) left.Dispose();
        }
    }
}
