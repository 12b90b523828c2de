using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The uploads that are not images yet: who may go on with which, and their files under <c>.wirephoto/incoming</c>. Its methods block.</summary>
sealed class StagingArea(DiskFolder incoming, bool nameless, FolderStoreOptions options) : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<UploadToken, StagedUpload> byToken = [];
    readonly Dictionary<ContentKey, StagedUpload> byContent = [];

    /// <summary>The folder of the staging files.</summary>
    public DiskFolder Incoming => incoming;

    /// <summary>The space that uploads were promised.</summary>
    public SpaceBudget Space { get; } = new(incoming.FreeBytes, options.KeptBytes(incoming.TotalBytes()), options.Clock);

    /// <summary>Takes in an upload that an earlier server left.</summary>
    public void Add(StagedUpload upload)
    {
        lock (gate) Register(upload);
    }

    /// <summary>The upload that goes on, or a new one. Its file may not exist yet.</summary>
    public StagedUpload FindOrAdd(UploadToken token, UploadIntent intent)
    {
        lock (gate)
        {
            if (byToken.TryGetValue(token, out var known))
            {
                EnsureSame(known.Intent, intent);
                return known;
            }

            if (ContentKey.Of(intent) is { } content && byContent.TryGetValue(content, out var same)) return same;
            if (byToken.Count >= options.MaxUploads)
                throw new WirephotoException(ErrorCode.TooManyUploads, $"there are {options.MaxUploads} unfinished uploads already");
            if (intent.Peer.Length > 0 && byToken.Count >= options.MaxUploadsOfPeer && byToken.Values.Count(other => other.Intent.Peer == intent.Peer) >= options.MaxUploadsOfPeer)
                throw new WirephotoException(ErrorCode.TooManyUploads, $"there are {options.MaxUploadsOfPeer} unfinished uploads from this address already");
            var upload = new StagedUpload(token, intent) { Touched = options.Clock.GetUtcNow() };
            Register(upload);
            return upload;
        }
    }

    /// <summary>Sets space aside for an upload that nobody can go on with, and opens its file, nameless where that was tried out. The caller holds its gate.</summary>
    public DiskFile OpenDirect(StagedUpload upload)
    {
        Space.Promise(upload);
        try
        {
            return upload.File = (nameless ? incoming.CreateNameless() : null) ?? OpenFile(upload);
        }
        catch
        {
            // Nobody may get a handle now that would give the promise back.
            Space.Release(upload);
            throw;
        }
    }

    /// <summary>Gives the upload's bytes their final name; false: it is taken.</summary>
    public bool Publish(StagedUpload upload, DiskFolder target, string name) => upload.Created
        ? incoming.Link(upload.Token.ToString(), target, name)
        : target.LinkNameless(upload.File!, name);

    /// <summary>Makes a new handle the one that goes on; null when the upload ended meanwhile or is being committed: look again.</summary>
    /// <param name="upload">What <see cref="FindOrAdd"/> gave.</param>
    /// <param name="token">The token that it goes by from now on.</param>
    /// <param name="intent">What the new handle wants.</param>
    /// <param name="tree">Refuses a name that no image could get in the end.</param>
    public FolderUploadTicket? TakeOver(StagedUpload upload, UploadToken token, UploadIntent intent, FolderTree tree)
    {
        lock (upload.Gate)
        {
            if (upload.Removed || upload.Committing is not null) return null;
            var isNew = !upload.Created;
            try
            {
                EnsureSame(upload.Intent, intent);
                tree.EnsureCanHold(intent.Name);
                Account(upload, intent.Peer);
                Space.Promise(upload);
                upload.File ??= OpenFile(upload);
                Rename(upload, token, intent);
            }
            catch
            {
                Space.Release(upload);
                if (isNew) Remove(upload);
                else if (!upload.InUse) upload.LetGo();
                throw;
            }

            upload.Touched = options.Clock.GetUtcNow();
            return new FolderUploadTicket(upload, upload.TakeOver(), upload.Intent, upload.Offset);
        }
    }

    /// <summary>The newest handle lets go: a resumable upload stays, any other is removed.</summary>
    public void LetGo(StagedUpload upload, long fence)
    {
        lock (upload.Gate)
        {
            if (upload.Fence != fence || upload.Removed) return;
            Space.Release(upload);
            upload.LetGo();
            if (!upload.Intent.Resumable) Remove(upload);
        }
    }

    /// <summary>Removes an upload and its files. The caller holds its gate, or is its commit.</summary>
    public void Remove(StagedUpload upload)
    {
        Space.Release(upload);
        upload.LetGo();
        Forget(upload);
        if (!upload.Created && !upload.Intent.Resumable) return;
        try
        {
            incoming.Unlink(upload.Token.ToString());
            CrashPoints.Reach(CrashPoint.StagingFileRemoved);
            if (upload.Intent.Resumable) incoming.Unlink(upload.Token + Sidecar.Ending);
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            options.Log(new StoreEvent(StoreEventKind.CleanupFailed, "the files of an upload that has ended could not be removed", upload.Intent.Name.Text, e));
        }

        CrashPoints.Reach(CrashPoint.StagingRemoved);
    }

    /// <summary>The commit has ended, well or not; what waits for it can look.</summary>
    public void EndCommit(StagedUpload upload)
    {
        // Only the commit that is under way touches the upload, so its gate is not needed.
        if (upload.Removed)
        {
            lock (gate) Unregister(upload);
        }

        upload.Committing = null;
    }

    /// <summary>Removes what nobody uses and nobody has touched since.</summary>
    public SweepResult Sweep(DateTimeOffset untouchedSince)
    {
        StagedUpload[] all;
        lock (gate) all = [.. byToken.Values];
        var result = default(SweepResult);
        foreach (var upload in all)
        {
            lock (upload.Gate)
            {
                if (upload.Removed || upload.InUse || upload.Touched >= untouchedSince) continue;
                result = new SweepResult(result.Uploads + 1, result.Bytes + upload.Offset);
                Remove(upload);
                CrashPoints.Reach(CrashPoint.SweepUploadRemoved);
            }
        }

        return result;
    }

    /// <summary>What to report when a piece could not be written: on a full disk, with the bytes that are missing.</summary>
    public WirephotoException WriteFailure(StagedUpload upload, IOException cause)
    {
        var failure = DiskErrors.Translate(cause, "write the upload");
        if (failure.Code != ErrorCode.StorageFull) return failure;
        var missing = upload.Intent.Length - upload.Offset - incoming.FreeBytes();
        return new WirephotoException(failure.Code, failure.Message, cause) { Details = new ErrorDetails { Limit = Math.Max(1, missing) } };
    }

    // From now on the upload goes on the account of the address that goes on with it.
    void Account(StagedUpload upload, string peer)
    {
        lock (gate) upload.Intent = upload.Intent with { Peer = peer };
    }

    DiskFile OpenFile(StagedUpload upload)
    {
        var name = upload.Token.ToString();
        if (upload.Created) return incoming.OpenFile(name, FileUse.Write);
        var file = incoming.OpenFile(name, FileUse.Create);
        CrashPoints.Reach(CrashPoint.BeginFileCreated);
        upload.Created = true;
        return file;
    }

    // Sidecar first, then the bytes, then the old sidecar: a crash in between leaves one of the two tokens whole.
    void Rename(StagedUpload upload, UploadToken token, UploadIntent intent)
    {
        var old = upload.Token;
        var merged = intent with { Digest = intent.Digest ?? upload.Intent.Digest };
        if (merged.Resumable) Sidecar.Write(incoming, token, merged);
        if (token != old) incoming.Rename(old.ToString(), token.ToString());
        if (token != old) CrashPoints.Reach(CrashPoint.BeginFileRenamed);
        if (upload.Intent.Resumable && (token != old || !merged.Resumable)) incoming.Unlink(old + Sidecar.Ending);
        if (token != old) CrashPoints.Reach(CrashPoint.BeginOldSidecarRemoved);
        lock (gate)
        {
            Unregister(upload);
            (upload.Token, upload.Intent) = (token, merged);
            Register(upload);
        }
    }

    // While a commit goes on its token stays taken, files or not: a begin with it waits for the outcome instead of starting anew.
    void Forget(StagedUpload upload)
    {
        upload.Removed = true;
        if (upload.Committing is not null) return;
        lock (gate) Unregister(upload);
    }

    void Register(StagedUpload upload)
    {
        byToken[upload.Token] = upload;
        if (ContentKey.Of(upload.Intent) is { } content) byContent[content] = upload;
    }

    void Unregister(StagedUpload upload)
    {
        if (byToken.TryGetValue(upload.Token, out var known) && known == upload) byToken.Remove(upload.Token);
        if (ContentKey.Of(upload.Intent) is { } content && byContent.TryGetValue(content, out var same) && same == upload) byContent.Remove(content);
    }

    static void EnsureSame(UploadIntent known, UploadIntent wanted)
    {
        var same = known.Name == wanted.Name && known.Length == wanted.Length && known.Owner == wanted.Owner
            && (known.Digest is null || wanted.Digest is null || known.Digest == wanted.Digest);
        if (!same) throw new WirephotoException(ErrorCode.UploadConflict, "this upload token belongs to another image");
    }

    /// <summary>Closes the files; everything resumable stays on the disk.</summary>
    public void Dispose()
    {
        foreach (var upload in byToken.Values) upload.LetGo();
        incoming.Dispose();
    }

    // What lets a client that lost its token go on.
    sealed record ContentKey(string Owner, ImageName Name, long Length, Protocol.Digest Digest)
    {
        public static ContentKey? Of(UploadIntent intent) =>
            intent is { Resumable: true, Digest: { } digest } ? new ContentKey(intent.Owner, intent.Name, intent.Length, digest) : null;
    }
}

/// <summary>A new handle's share of an upload.</summary>
sealed record FolderUploadTicket(StagedUpload Upload, long Fence, UploadIntent Intent, long Offset);
