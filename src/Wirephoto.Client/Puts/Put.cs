using System.Buffers;
using System.Security.Cryptography;
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
    public static async Task<PutResult> RunAsync(Link link, ImageSource source, string filename, PutOptions options, CancellationToken cancel)
    {
        if (source.Length > Math.Min(link.Latest.Server.Limits.Put, WholeMost)) return await new Upload(link, source, filename, options).RunAsync(cancel);
        return await WholeAsync(link, source, filename, options, cancel);
    }

    // Read once, before anything is sent: repeating the request after a lost connection needs nothing but memory.
    static async Task<PutResult> WholeAsync(Link link, ImageSource source, string filename, PutOptions options, CancellationToken cancel)
    {
        // Given back only on success: after a failure the connection may still be reading from it.
        var buffer = ArrayPool<byte>.Shared.Rent(OutgoingBody.Room + (int)source.Length);
        var message = buffer.AsMemory(0, OutgoingBody.Room + (int)source.Length);
        var image = message[OutgoingBody.Room..];
        await source.ReadAsync(0, image, cancel);
        source.EnsureUnchanged();
        var digest = new Digest(SHA256.HashData(image.Span));
        var request = new PutRequest(filename, image.Length, digest, options.Modified ?? source.Modified);
        PutResult result;
        try
        {
            var receipt = await link.RunAsync(
                connection => connection.CallAsync(request, new OutgoingBody(message), (head, _, _) => ValueTask.FromResult(Receipt.Read(head)), cancel),
                link.NewAttempts(), Attempts.OfConnection, cancel);
            result = Check(receipt, image.Length, digest);
            ArrayPool<byte>.Shared.Return(buffer);
        }
        catch (RefusedException e) when (e.Code == ErrorCode.Exists && e.Details.Same == true)
        {
            result = AlreadyStored(e, filename, image.Length, digest, request.Modified);
        }

        new TransferReporter(options.Progress).Report(image.Length, image.Length);
        return result;
    }

    /// <summary>The result that a receipt stands for.</summary>
    /// <exception cref="IntegrityException">The receipt is that of other bytes.</exception>
    public static PutResult Check(Receipt receipt, long length, Digest digest)
    {
        if (receipt.Image.Length == length && receipt.Image.Sha256 == digest) return new PutResult(receipt.Image, AlreadyStored: false);
        throw new IntegrityException(
            ErrorCode.WrongDigest, $"the receipt is for {receipt.Image.Length} bytes with SHA-256 {receipt.Image.Sha256}; sent were {length} with {digest}");
    }

    /// <summary>The result for a name that holds the same bytes already; the server said so only in an error reply, without the other facts.</summary>
    public static PutResult AlreadyStored(RefusedException exists, string filename, long length, Digest digest, DateTimeOffset? modified) =>
        new(new ImageInfo(exists.Details.Filename ?? filename, length, digest, null, null, null, modified, null), AlreadyStored: true);
}
