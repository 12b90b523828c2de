using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// The state of one upload, shared by its handles; only the newest may use it. Everything but the token is touched under
/// <see cref="Gate"/>, by work on disk threads, so a handle that takes over waits for one piece at most.
/// </summary>
sealed class StagedUpload(UploadToken token, UploadIntent intent)
{
    /// <summary>Held while the file or the fields below are used. May be held while the staging area's own lock is taken, never the other way round.</summary>
    public Lock Gate { get; } = new();

    public UploadToken Token { get; set; } = token;

    public UploadIntent Intent { get; set; } = intent;

    /// <summary>The staged bytes; open while a handle uses them.</summary>
    public DiskFile? File { get; set; }

    /// <summary>Bytes that are kept.</summary>
    public long Offset { get; set; }

    /// <summary>Whether the staging file has a name.</summary>
    public bool Created { get; set; }

    /// <summary>The number of the newest handle.</summary>
    public long Fence { get; private set; }

    /// <summary>Whether the newest handle is still held.</summary>
    public bool InUse { get; private set; }

    /// <summary>Committed, aborted or swept.</summary>
    public bool Removed { get; set; }

    /// <summary>When somebody last did something with it.</summary>
    public DateTimeOffset Touched { get; set; }

    /// <summary>A commit that is under way; it ends whatever a newer handle wants.</summary>
    public Task? Committing { get; set; }

    /// <summary>Bytes of the medium that are promised to the rest of it; this and the next two belong to <see cref="SpaceBudget"/>, under its lock.</summary>
    public long Promised { get; set; }

    /// <summary>Until when it counts as an upload that gets on.</summary>
    public DateTimeOffset SteadyUntil { get; set; }

    /// <summary>Bytes since that was last decided.</summary>
    public long SinceSteady { get; set; }

    /// <summary>Whether it is one that nobody can go on with, and its first bytes have not come yet.</summary>
    public bool IsUnopened => File is null && !Created && !Removed && !Intent.Resumable;

    /// <summary>Makes a new handle the only one that may go on; returns its number.</summary>
    public long TakeOver()
    {
        InUse = true;
        return ++Fence;
    }

    /// <summary>The newest handle lets go.</summary>
    public void LetGo()
    {
        InUse = false;
        File?.Dispose();
        File = null;
    }

    /// <summary>Refuses a handle that is not the newest, and one whose upload is no more.</summary>
    public DiskFile Use(long fence)
    {
        if (fence != Fence) throw new WirephotoException(ErrorCode.TakenOver, "a newer connection goes on with this upload");
        if (Removed || File is null) throw new WirephotoException(ErrorCode.UnknownUpload, "this upload has ended");
        return File;
    }
}
