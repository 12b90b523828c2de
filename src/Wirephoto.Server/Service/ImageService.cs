using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Options;
using Wirephoto.Storage;

namespace Wirephoto.Server.Service;

/// <summary>Every rule, once: names, permissions, limits, never overwrite, what an image is. Every front goes through here, whatever its words are.</summary>
public sealed class ImageService(IImageStore store, ServerOptions options) : IDisposable
{
    // Bytes up to which refusing an image before it comes would win nothing.
    const long SmallImage = 256 * 1024;

    readonly ExaminerFactory newExaminer = StandardExaminer.Factory(options);
    readonly SemaphoreSlim commits = new(options.Limits.Commits);

    /// <summary>The places of listings that are given in pages longer than usual.</summary>
    public LongPages LongPages { get; } = new(options.Limits.LongPages);

    /// <summary>Starts to take in an image, or goes on with it. Everything that can be refused before a byte travels is refused here.</summary>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="filename">The name as it was sent.</param>
    /// <param name="length">Bytes in the image.</param>
    /// <param name="token">The upload's token; null: the image comes in one message and can't be resumed.</param>
    /// <param name="digest">Its digest, if known beforehand.</param>
    /// <param name="modified">The file's own date.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Ingest> BeginAsync(
        Caller caller, string filename, long length, UploadToken? token, Digest? digest, DateTimeOffset? modified, CancellationToken cancel)
    {
        var name = ImageName.Parse(filename, options.Types);
        if (length == 0) throw new WirephotoException(ErrorCode.Empty, "an empty file is not an image");
        if (length > options.Announced.Length)
            throw new WirephotoException(ErrorCode.TooLarge, $"{length} bytes are more than this server accepts") { Details = new() { Limit = options.Announced.Length } };

        // A small image that comes in one message is on its way already: its commit looks who has the name.
        // A token that was committed is answered by its receipt, not by the name that it took itself; its commit may also end between the two looks.
        var onItsWay = token is null && length <= SmallImage;
        if (!onItsWay && !await IsCommittedAsync() && await store.FindAsync(name, twins: true, cancel) is { } existing && !await IsCommittedAsync()) throw existing.Taken(digest);

        var intent = new UploadIntent(name, length, digest, modified, caller.User, Resumable: token is not null, caller.Machine);
        var upload = await store.BeginAsync(token ?? UploadToken.New(), intent, cancel);
        return await Ingest.StartAsync(upload, newExaminer(name), commits, cancel);

        async Task<bool> IsCommittedAsync() => token is { } known && await store.FindCommittedAsync(known, caller.User, cancel) is not null;
    }

    /// <summary>Refuses a name that an image can't get, for clients that ask before they tell a length.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>, <see cref="ErrorCode.UnsupportedType"/>, <see cref="ErrorCode.Exists"/>.</exception>
    public async Task EnsureFreeAsync(string filename, CancellationToken cancel)
    {
        var name = ImageName.Parse(filename, options.Types);
        if (await store.FindAsync(name, twins: true, cancel) is { } existing) throw existing.Taken(sent: null);
    }

    /// <summary>The receipt of an upload that was committed within the last day, for a client that lost it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.UnknownUpload"/>.</exception>
    public async Task<StoredImage> FindReceiptAsync(Caller caller, UploadToken token, Digest digest, CancellationToken cancel)
    {
        var image = await store.FindCommittedAsync(token, caller.User, cancel);
        return image is not null && image.Digest == digest
            ? image
            : throw new WirephotoException(ErrorCode.UnknownUpload, "this connection has not begun this upload");
    }

    /// <summary>Opens an image for reading. A name that is spelled differently finds its twin when nothing has the exact spelling.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.NotFound"/>, and what the store says.</exception>
    public async Task<OpenImage> OpenAsync(string filename, CancellationToken cancel)
    {
        var name = ImageName.Parse(filename, options.Types);
        if (await store.OpenAsync(name, cancel) is { } exact) return exact;
        return await store.FindAsync(name, twins: true, cancel) is { } twin && await store.OpenAsync(twin.Name, cancel) is { } open
            ? open
            : throw NotFound(name);
    }

    /// <summary>What is known of an image.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.NotFound"/>.</exception>
    public async Task<StoredImage> StatAsync(string filename, CancellationToken cancel)
    {
        var name = ImageName.Parse(filename, options.Types);
        var image = await store.FindAsync(name, twins: true, cancel) ?? throw NotFound(name);

        if (image.Damaged) throw new WirephotoException(ErrorCode.Damaged, $"the stored bytes of '{image.Name}' are not the recorded ones any more");
        if (image.Digest is null) throw new WirephotoException(ErrorCode.StorageFailed, $"another program is writing '{image.Name}': try again when it is still");

        // Only what another program put there can lack facts; get says in detail what is wrong with it.
        return image.Facts is not null || options.Accept == AcceptRule.Name
            ? image
            : throw new WirephotoException(ErrorCode.NotAnImage, $"another program put '{image.Name}' there, and it is no image");
    }

    /// <summary>A page of a listing, of the usual length whatever is asked for.</summary>
    public Task<ListPage> ListAsync(ListRequest request, CancellationToken cancel)
    {
        var limit = (int)Math.Clamp(request.Limit ?? ProtocolLimits.ListEntries, 1, ProtocolLimits.ListEntries);
        return store.ListAsync(FolderName.Parse(request.Folder ?? ""), request.Recursive ?? false, request.After, limit, cancel);
    }

    /// <summary>Names that durably hold these bytes.</summary>
    public Task<IReadOnlyList<string>> HaveAsync(Digest digest, CancellationToken cancel) =>
        store.FindByDigestAsync(digest, ProtocolLimits.NamesPerDigest, cancel);

    /// <summary>Removes an image; a name that is spelled differently never removes its twin.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.Forbidden"/>, <see cref="ErrorCode.Changed"/>.</exception>
    public async Task DeleteAsync(Caller caller, string filename, Digest? digest, CancellationToken cancel)
    {
        Permissions.DemandDelete(caller);
        var name = ImageName.Parse(filename, options.Types);
        if (!await store.DeleteAsync(name, digest, cancel)) throw NotFound(name);
    }

    /// <summary>How much is stored and how much fits.</summary>
    public Task<StoreStatus> StatusAsync(CancellationToken cancel) => store.StatusAsync(cancel);

    /// <summary>Lets go of what it holds; the store stays the caller's.</summary>
    public void Dispose()
    {
        commits.Dispose();
        LongPages.Dispose();
    }

    static WirephotoException NotFound(ImageName name) => new(ErrorCode.NotFound, $"there is no image '{name}'");
}
