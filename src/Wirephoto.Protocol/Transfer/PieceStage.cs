using System.Threading.Channels;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Works on pieces in their order beside whoever receives them. A few may wait, so that neither side sleeps whenever the other takes a moment longer.</summary>
sealed class PieceStage
{
    readonly Channel<SharedPiece> pieces;
    readonly Func<SharedPiece, Task> work;
    readonly Task running;

    /// <summary>Starts; <see cref="CompleteAsync"/> has to end it.</summary>
    public PieceStage(int mostWaiting, Func<SharedPiece, Task> work)
    {
        this.work = work;
        pieces = Channel.CreateBounded<SharedPiece>(new BoundedChannelOptions(mostWaiting) { SingleReader = true, SingleWriter = true });
        running = Task.Run(WorkAsync);
    }

    /// <summary>Adds a piece, of which the caller stays a holder; waits while too many are waiting already.</summary>
    /// <exception cref="ChannelClosedException">The work has failed: <see cref="CompleteAsync"/> tells how.</exception>
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

    /// <summary>Returns when all pieces have been worked on, and throws what the work on one of them threw.</summary>
    public Task CompleteAsync()
    {
        pieces.Writer.TryComplete();
        return running;
    }

    async Task WorkAsync()
    {
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None))
            {
                using (piece) await work(piece);
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
