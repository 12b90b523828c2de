using System.Security.Cryptography;
using Wirephoto.Client.Connections;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Gets;

/// <summary>A get: written and hashed while it arrives; after a lost connection it goes on where it stopped, if it still is the same image.</summary>
sealed class Download(Link link, string filename, ImageTarget target, TransferReporter reporter)
{
    // An image that is replaced again and again would otherwise be fetched for ever.
    const int RestartsMost = 3;

    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    ImageInfo? image;

    // Of an image that came in one piece; of any other the digest is that of all pieces.
    Task<Digest>? digestOfWhole;
    long received;
    int restarts;
    bool hopeless;

    /// <summary>Bytes of an earlier run that the image begins with.</summary>
    public long Resumed { get; private set; }

    /// <summary>Goes on behind what an earlier run left in the target: it is read again, so that the digest at the end covers it as well.</summary>
    /// <exception cref="LocalFileException">It can't be read.</exception>
    public async Task TakeUpAsync(ImageInfo found, PartFile part, CancellationToken cancel)
    {
        try
        {
            await part.ReadAsync(
                piece =>
                {
                    hash.AppendData(piece.Span);
                    received += piece.Length;
                    reporter.Verified(received, found.Length);
                },
                cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalFileException(ErrorCode.LocalFailed, $"what an earlier run left of {filename} can't be read: {e.Message}", e);
        }

        Resumed = received;
        image = found;
    }

    /// <summary>Fetches the whole image into the target and checks its digest.</summary>
    public async Task<ImageInfo> RunAsync(CancellationToken cancel)
    {
        using (hash)
        {
            while (true)
            {
                var arrived = await link.RunAsync(connection => AttemptAsync(connection, cancel), MayRepeat, cancel);
                var digest = digestOfWhole is { } known ? await known : new Digest(hash.GetCurrentHash());
                if (digest == arrived.Sha256)
                {
                    reporter.Report(arrived.Length, arrived.Length);
                    return arrived;
                }

                if (Resumed == 0) throw new IntegrityException(ErrorCode.WrongDigest, $"the bytes of {filename} arrived with SHA-256 {digest} instead of {arrived.Sha256}");

                // What the earlier run left may have suffered since, in a loss of power for instance: once more, without it.
                Restart();
            }
        }
    }

    bool MayRepeat(WirephotoException e) => Attempts.OfConnection(e) || (e is IntegrityException { Code: ErrorCode.Changed } && !hopeless);

    async Task<ImageInfo> AttemptAsync(Connection connection, CancellationToken cancel)
    {
        try
        {
            var request = new GetRequest(filename, received > 0 ? received : null);
            return await connection.CallAsync(request, default, (head, body, ended) => ReceiveAsync(head, body, connection.Digests, ended, cancel), cancel);
        }
        catch (RefusedException e) when (received > 0 && e.Code is ErrorCode.BadRequest or ErrorCode.WrongOffset or ErrorCode.TooLarge)
        {
            // The image is shorter now than what was received of it before.
            Restart();
            throw new IntegrityException(ErrorCode.Changed, $"{filename} was replaced while it was fetched", e);
        }
        catch (IntegrityException e) when (e.Code == ErrorCode.Changed)
        {
            Restart();
            throw;
        }
    }

    // Runs on the connection's reading loop. The end of the connection ends the reading, but not the writing of what was read: hash and
    // target must stand at the same byte when another connection goes on.
    async ValueTask<ImageInfo> ReceiveAsync(Head head, BodyReader body, DigestBatch together, CancellationToken ended, CancellationToken cancel)
    {
        var reply = GetReply.Read(head);
        if (reply.Image.Sha256 is null || reply.Offset != received || reply.Offset > reply.Image.Length || reply.Size != reply.Image.Length - reply.Offset)
            throw new ConnectionException(ErrorCode.BadReply, "the reply to 'get' has another part of an image than was asked for, or no digest");
        Names.EnsureSame(filename, reply.Image.Filename);

        // A server that takes files by their names alone may have such a file in its folder: the other replies of the connection are as good as before.
        if (reply.Image.Length == 0) throw new IntegrityException(ErrorCode.Empty, $"'{filename}' is empty on the server");
        if (image is { } before && (before.Sha256 != reply.Image.Sha256 || before.Length != reply.Image.Length))
            throw new IntegrityException(ErrorCode.Changed, $"{filename} was replaced while it was fetched");

        image = reply.Image;
        digestOfWhole = null;
        target.Start(image);
        await BodyReceiver.ReceiveAsync(body, piece => WriteAsync(piece, cancel), piece => Observe(piece, together), PieceRoom.OfFew, ended);
        return image;
    }

    // An image that came in one piece is kept until others are there for whose digests it can be computed together.
    void Observe(SharedPiece piece, DigestBatch together)
    {
        if (piece.Bytes.Length == image!.Length) digestOfWhole = HashWholeAsync(piece.Share(), together);
        else hash.AppendData(piece.Bytes.Span);
    }

    static async Task<Digest> HashWholeAsync(SharedPiece piece, DigestBatch together)
    {
        using (piece) return await together.AddAsync(piece.Bytes);
    }

    async Task WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        await target.WriteAsync(received, piece, cancel);
        received += piece.Length;
        link.Advances.Add();
        reporter.Report(received, image!.Length);
    }

    void Restart()
    {
        hopeless = ++restarts > RestartsMost || !target.TryRestart();
        if (hopeless)
        {
            throw new IntegrityException(
                ErrorCode.Changed, $"{filename} was replaced while it was fetched, and what was received of it can't be taken back: get it again");
        }

        hash.GetHashAndReset();
        (received, Resumed) = (0, 0);
        image = null;
    }
}
