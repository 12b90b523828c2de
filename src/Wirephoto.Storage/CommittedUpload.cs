using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage;

/// <summary>The handle of an upload that was committed before: there is nothing left to do with it.</summary>
sealed class CommittedUpload(UploadIntent intent, StoredImage image) : IUpload
{
    /// <inheritdoc/>
    public UploadIntent Intent => intent;

    /// <inheritdoc/>
    public long Offset => image.Length;

    /// <inheritdoc/>
    public StoredImage? Committed => image;

    /// <inheritdoc/>
    public Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel) => throw Ended();

    /// <inheritdoc/>
    public Task ReadBackAsync(ImageExaminer examiner, CancellationToken cancel) => throw Ended();

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(Examination examined, CancellationToken cancel) => Task.FromResult(new CommitResult(image, Won: true));

    /// <inheritdoc/>
    public Task AbortAsync(CancellationToken cancel) => throw Ended();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static WirephotoException Ended() => new(ErrorCode.UnknownUpload, "this upload was committed already");
}
