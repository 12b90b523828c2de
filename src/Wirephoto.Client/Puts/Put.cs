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
    public static PutResult Check(Receipt receipt, long length, Digest digest)
    {
        if (receipt.Image.Length == length && receipt.Image.Sha256 == digest) return new PutResult(receipt.Image, AlreadyStored: false, Resumed: 0);
        throw new IntegrityException(
            ErrorCode.WrongDigest, $"the receipt is for {receipt.Image.Length} bytes with SHA-256 {receipt.Image.Sha256}; sent were {length} with {digest}");
    }

    /// <summary>The result for a name that holds the same bytes already: what the client knows of them, because a server that says so in an error reply does not tell the other facts.</summary>
    public static PutResult AlreadyStored(string filename, long length, Digest digest, DateTimeOffset? modified) =>
        new(new ImageInfo(filename, length, digest, null, null, null, modified, null), AlreadyStored: true, Resumed: 0);
}
