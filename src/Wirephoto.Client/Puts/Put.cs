using Wirephoto.Client.Connections;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Puts;

/// <summary>Chooses how an image travels, and checks what the server says of it.</summary>
static class Put
{
    // However much a server would take in one message, more than this is not held in memory.
    const long WholeMost = 16 << 20;

    /// <summary>Stores an image.</summary>
    public static Task<PutResult> RunAsync(Link link, ImageSource source, string filename, PutOptions options, CancellationToken cancel) =>
        source.Length > Math.Min(link.Latest.Server.Limits.Put, WholeMost)
            ? new Upload(link, source, filename, options).RunAsync(cancel)
            : new WholePut(link, source, filename, options).RunAsync(cancel);

    /// <summary>The result that a receipt stands for.</summary>
    /// <exception cref="IntegrityException">The receipt is that of other bytes.</exception>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.BadReply"/>: it is that of another name.</exception>
    public static PutResult Check(Receipt receipt, string filename, long length, Digest digest)
    {
        Names.EnsureSame(filename, receipt.Image.Filename);
        if (receipt.Image.Length == length && receipt.Image.Sha256 == digest) return new PutResult(receipt.Image, AlreadyStored: false, Resumed: 0);
        throw new IntegrityException(
            ErrorCode.WrongDigest, $"the receipt is for {receipt.Image.Length} bytes with SHA-256 {receipt.Image.Sha256}; sent were {length} with {digest}");
    }

    /// <summary>The result for a name that holds the same bytes already: what the client knows of them, because a server that says so in an error reply does not tell the other facts.</summary>
    /// <param name="filename">The name it was put under.</param>
    /// <param name="stored">How the server spells it, if it told.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="digest">Their digest.</param>
    /// <param name="modified">The file's own date.</param>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.BadReply"/>: the server told of another name.</exception>
    public static PutResult AlreadyStored(string filename, string? stored, long length, Digest digest, DateTimeOffset? modified)
    {
        Names.EnsureSame(filename, stored ?? filename);
        return new(new ImageInfo(stored ?? filename, length, digest, null, null, null, modified, null), AlreadyStored: true, Resumed: 0);
    }
}
