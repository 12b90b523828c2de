using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage;

/// <summary>
/// Where images are kept. Every implementation passes the contract suite, which tests the obligations written here. All members may be
/// called at the same time from many callers. Failures are <see cref="WirephotoException"/>s: <see cref="ErrorCode.StorageFull"/> when the
/// medium is full, <see cref="ErrorCode.StorageFailed"/> when it refuses (with the cause inside), and what each member names.
/// </summary>
public interface IImageStore : IAsyncDisposable
{
    /// <summary>
    /// Opens a staging place for an image, or goes on with one. Continues, and takes over from any older handle (which is fenced off from
    /// then on: its calls fail with <see cref="ErrorCode.TakenOver"/>), when the token is known for the same name, length and owner, or
    /// when both are resumable and of the same owner, name, length and digest (it then goes by the new token). Never waits for
    /// another client. Nothing is visible under the name. A token that was committed within the last 24 hours gives a handle
    /// whose <see cref="IUpload.Committed"/> is set.
    /// </summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.UploadConflict"/>: the token belongs to another name, length, digest or owner;
    /// <see cref="ErrorCode.StorageFull"/>: less space is free than the length asks for.</exception>
    Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel);

    /// <summary>What was committed under this token by this owner within the last 24 hours, or null.</summary>
    Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel);

    /// <summary>
    /// The image of this name, or null. A twin (same <see cref="ImageName.Key"/>, other spelling) is found when no image has the exact
    /// spelling and <paramref name="twins"/> is true. Its digest and facts are known when this returns. What another program put there and is
    /// no image takes the name all the same: it is returned without facts.
    /// </summary>
    Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel);

    /// <summary>Opens the image of exactly this name for reading, or null; it stays readable until disposed, whatever happens to the name.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.NotAnImage"/>: another tool put something there that is no image;
    /// <see cref="ErrorCode.Damaged"/>: same time and length as recorded, but other bytes were found.</exception>
    Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel);

    /// <summary>Names, at most <paramref name="most"/>, that durably hold exactly these bytes, sorted.</summary>
    Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel);

    /// <summary>
    /// The entries after <paramref name="after"/> (as a previous page gave it in <see cref="ListPage.Next"/>; null: from the start) of a
    /// folder, at most <paramref name="limit"/> and no more than <see cref="ListPage.Of"/> takes, sorted by the UTF-8 bytes of their names (a
    /// folder's with its trailing <c>/</c>). Flat: the images right inside and each folder that holds an image at any depth;
    /// <paramref name="recursive"/>: all images below, no folders. An entry that is present during the whole listing appears exactly once. The
    /// cost depends on the page, not on the store.
    /// </summary>
    Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel);

    /// <summary>Removes the image of exactly this name; durable when it returns. False when there is none.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Changed"/>: <paramref name="digest"/> is given and the image is another one.</exception>
    Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel);

    /// <summary>Removes uploads that nobody has touched since this time and that no handle uses; commits that were recorded before it are forgotten too.</summary>
    Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel);

    /// <summary>How much is stored and how much fits.</summary>
    Task<StoreStatus> StatusAsync(CancellationToken cancel);
}
