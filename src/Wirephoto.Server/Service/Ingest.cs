using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Storage;

namespace Wirephoto.Server.Service;

/// <summary>
/// One image on its way in: its bytes go to the store and through the examiner in the same pass, and it becomes visible only when all
/// of it arrived, its digest agrees and it is an image. One caller at a time; whoever got it disposes it.
/// </summary>
public sealed class Ingest : IAsyncDisposable
{
    readonly IUpload upload;
    readonly ImageExaminer examiner;
    readonly SemaphoreSlim commits;
    bool outOfStep;
    bool hasPlace;

    // An image that came in one piece, which the examiner sees when its digest is known, and those that wait for theirs with it.
    (SharedPiece Piece, DigestBatch Together)? whole;

    Ingest(IUpload upload, ImageExaminer examiner, SemaphoreSlim commits)
    {
        this.upload = upload;
        this.examiner = examiner;
        this.commits = commits;
    }

    /// <summary>Bytes that are kept: where to go on.</summary>
    public long Offset => upload.Committed?.Length ?? upload.Offset;

    /// <summary>Whether it was committed before, so that there is nothing left to do but to repeat the receipt.</summary>
    public bool Committed => upload.Committed is not null;

    /// <summary>The digest of those bytes.</summary>
    public Digest PrefixDigest => upload.Committed?.Digest ?? examiner.CurrentDigest();

    /// <summary>The name that it shall get.</summary>
    public string Name => upload.Intent.Name.Text;

    /// <summary>What makes its name the same as another.</summary>
    public string Key => upload.Intent.Name.Key;

    /// <summary>Whether its commit waits until the digests of other images are computed with its own.</summary>
    public bool WaitsTogether => whole is not null;

    /// <summary>Starts on an upload; what it kept from before is read through the examiner again.</summary>
    internal static async Task<Ingest> StartAsync(IUpload upload, ImageExaminer examiner, SemaphoreSlim commits, CancellationToken cancel)
    {
        var ingest = new Ingest(upload, examiner, commits);
        try
        {
            if (upload.Offset > 0 && upload.Committed is null) await upload.ReadBackAsync(examiner, cancel);
            return ingest;
        }
        catch
        {
            await ingest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a piece at an offset.</summary>
    /// <param name="offset">Where it belongs.</param>
    /// <param name="body">The piece.</param>
    /// <param name="cancel">Ends the wait for it.</param>
    /// <param name="together">Where an image that is all there waits for its digest; whoever commits it waits until that batch has run.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.WrongOffset"/>, <see cref="ErrorCode.TooLarge"/>, what the examiner says, what the store says.</exception>
    public async Task ReceiveAsync(long offset, BodyReader body, CancellationToken cancel, DigestBatch? together = null)
    {
        EnsureInStep();
        if (offset != Offset) throw await WrongOffsetAsync($"the piece begins at {offset}, but the upload stands at {Offset}");
        if (body.Size > upload.Intent.Length - offset)
            throw new WirephotoException(ErrorCode.TooLarge, $"the piece ends beyond the length of {upload.Intent.Length} bytes") { Details = new() { Limit = upload.Intent.Length } };
        if (body.Size == 0)
        {
            await EnsureNewestAsync();
            return;
        }

        try
        {
            await BodyReceiver.ReceiveAsync(body, piece => upload.AppendAsync(piece, cancel), piece => Observe(piece, together), PieceRoom.OfMany, cancel);
        }
        catch (WirephotoException failed) when (failed.Code is ErrorCode.StorageFull or ErrorCode.StorageFailed)
        {
            // The examiner takes pieces while they are written, and has seen bytes now that were not kept.
            outOfStep = true;
            throw;
        }
    }

    /// <summary>Refuses an upload that can't become an image any more, and forgets it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.NotAnImage"/> or <see cref="ErrorCode.TooManyPixels"/>.</exception>
    public async Task RefuseFaultAsync()
    {
        if (examiner.Fault is not { } fault) return;
        await upload.AbortAsync(CancellationToken.None);
        throw fault;
    }

    /// <summary>Refuses to go on while bytes are missing; the upload stays as it is.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.WrongOffset"/>.</exception>
    public async Task EnsureCompleteAsync()
    {
        EnsureInStep();
        if (Offset != upload.Intent.Length) throw await WrongOffsetAsync($"{Offset} of {upload.Intent.Length} bytes have arrived");
    }

    /// <summary>
    /// Waits for a place among the commits that go on while their connections receive the next images. Each keeps files open, and ends by itself, whatever its peer does.
    /// </summary>
    public async Task TakePlaceAsync(CancellationToken cancel)
    {
        await commits.WaitAsync(cancel);
        hasPlace = true;
    }

    /// <summary>Publishes the image. The caller can't cancel: from here on it happens, or it is refused.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.WrongOffset"/>: bytes are missing; <see cref="ErrorCode.WrongDigest"/>, <see cref="ErrorCode.NotAnImage"/>,
    /// <see cref="ErrorCode.Exists"/>: refused, and what was kept is destroyed, so that a poisoned prefix is never resumed; what the store says.</exception>
    public async Task<StoredImage> CommitAsync(Digest sent)
    {
        if (upload.Committed is { } done)
            return done.Digest == sent ? done : throw new WirephotoException(ErrorCode.UploadConflict, "this upload was committed with another digest");
        await EnsureCompleteAsync();

        var examined = whole is { } image ? await ExamineAsync(image.Piece, image.Together) : examiner.Complete();
        if (Refusal(examined, sent) is { } refusal)
        {
            await upload.AbortAsync(CancellationToken.None);
            throw refusal;
        }

        var result = await upload.CommitAsync(examined, CancellationToken.None);
        return result.Won ? result.Image : throw result.Image.Taken(sent);
    }

    /// <summary>Forgets the upload and what was kept.</summary>
    public Task AbortAsync(CancellationToken cancel) => upload.AbortAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        whole?.Piece.Dispose();
        examiner.Dispose();
        await upload.DisposeAsync();
        if (hasPlace) commits.Release();
    }

    // An image that came in one piece is kept until others are there for whose digests it can be computed together.
    void Observe(SharedPiece piece, DigestBatch? together)
    {
        if (together is not null && piece.Bytes.Length == upload.Intent.Length) whole = (piece.Share(), together);
        else examiner.Append(piece.Bytes.Span);
    }

    async Task<Examination> ExamineAsync(SharedPiece image, DigestBatch together)
    {
        whole = null;
        using (image)
        {
            var digest = await together.AddAsync(image.Bytes);
            return examiner.Examine(image.Bytes.Span, digest);
        }
    }

    // Bytes that changed on the way are told first: that they are no image any more follows from it.
    static WirephotoException? Refusal(Examination examined, Digest sent) => examined.Digest != sent
        ? new WirephotoException(ErrorCode.WrongDigest, $"the bytes that arrived have the digest {examined.Digest}")
        : examined.Fault;

    // Only a new begin can go on: it reads what was kept through an examiner of its own.
    void EnsureInStep()
    {
        if (outOfStep) throw new WirephotoException(ErrorCode.UnknownUpload, "a piece could not be written: begin again to go on with what was kept");
    }

    // Who was taken over is told that, wherever he believes to stand: he must not begin again.
    async Task<WirephotoException> WrongOffsetAsync(string message)
    {
        await EnsureNewestAsync();
        return new(ErrorCode.WrongOffset, message) { Details = new() { Offset = Offset } };
    }

    // To add nothing is refused as adding something would be.
    Task EnsureNewestAsync() => upload.Committed is null ? upload.AppendAsync(default, CancellationToken.None) : Task.CompletedTask;
}
