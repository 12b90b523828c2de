using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage;

/// <summary>
/// One caller's right to write one upload. A newer handle on the same upload ends it: from then on every member fails with
/// <see cref="ErrorCode.TakenOver"/>. Members of one handle are called one at a time. Disposing lets go of the upload; a resumable one stays for another
/// <see cref="IImageStore.BeginAsync"/>, any other is removed.
/// </summary>
public interface IUpload : IAsyncDisposable
{
    /// <summary>What was asked for at the start.</summary>
    UploadIntent Intent { get; }

    /// <summary>Bytes that are kept, from the start of the image on: where to go on.</summary>
    long Offset { get; }

    /// <summary>Set when this token was committed already: there is nothing left to do.</summary>
    StoredImage? Committed { get; }

    /// <summary>Adds bytes at <see cref="Offset"/>, which must not grow beyond the length. The piece may be reused as soon as this returns.</summary>
    Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel);

    /// <summary>Reads what is kept, from the start to <see cref="Offset"/>, in order, in pieces of bounded size.</summary>
    Task ReadBackAsync(ImageExaminer examiner, CancellationToken cancel);

    /// <summary>
    /// Makes the staged bytes the image of their name, all or nothing, durable when it returns; never overwrites: exactly one of many
    /// that race for one name (or its twins) wins. The caller has compared length and digest. Not cancelled once publishing has begun.
    /// The losers' staging is removed. After a failed flush to the medium the upload is removed as well.
    /// </summary>
    Task<CommitResult> CommitAsync(Examination examined, CancellationToken cancel);

    /// <summary>Removes the upload and what was kept.</summary>
    Task AbortAsync(CancellationToken cancel);
}
