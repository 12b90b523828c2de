using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Testing;

/// <summary>What a <see cref="LinesWriter"/> has, in one piece.</summary>
public static class WrittenLines
{
    /// <summary>The body so far.</summary>
    public static byte[] ToBody(this LinesWriter lines) => [.. lines.Pieces.SelectMany(piece => piece.ToArray())];
}
