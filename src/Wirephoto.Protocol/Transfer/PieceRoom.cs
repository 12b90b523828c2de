namespace Wirephoto.Protocol.Transfer;

/// <summary>How much of a large body may be in memory while it is received, written and observed: the more, the less one of these waits for the others.</summary>
/// <param name="Waiting">How many pieces may wait for each.</param>
/// <param name="Piece">Bytes of a piece while very much is to come.</param>
public sealed record PieceRoom(int Waiting, int Piece)
{
    /// <summary>For a server, which receives many at once: up to 5 MiB for each.</summary>
    public static PieceRoom OfMany { get; } = new(3, 1 << 20);

    /// <summary>For a client, which receives few: up to 20 MiB for each.</summary>
    public static PieceRoom OfFew { get; } = new(8, 2 << 20);
}
