namespace Wirephoto.Storage.Folder;

/// <summary>What a store tells its operator, beyond what its callers get as results and errors.</summary>
public enum StoreEventKind
{
    /// <summary>The index was brought in line with the folder; the message counts what was new, changed and gone.</summary>
    Reconciled,

    /// <summary>The index was damaged or of another version: it was set aside and built anew from the files.</summary>
    IndexRebuilt,

    /// <summary>The index could not be written: the images are safe, the rows are written with a later change or at the next start.</summary>
    IndexFailed,

    /// <summary>A file under the name of an image is none; it is not listed and not served.</summary>
    NotAnImage,

    /// <summary>Uploads that a stopped server left were found: resumable ones are kept, the others removed.</summary>
    LeftoversFound,

    /// <summary>Something that is not needed any more could not be removed; the next start tries again.</summary>
    CleanupFailed,

    /// <summary>A file that another program put there could not be read.</summary>
    ReadFailed,

    /// <summary>Another program put another image in the place of a recorded one; it is served from now on.</summary>
    Changed,

    /// <summary>A recorded image is gone: another program removed or renamed it.</summary>
    Gone,

    /// <summary>The bytes of an image are not the recorded ones any more, without anybody having meant it; it is not served.</summary>
    Damaged,

    /// <summary>A damaged image has its recorded bytes again and is served again.</summary>
    Restored,

    /// <summary>Changes by other programs are noticed late, because the system gives no hints; the message says what to do.</summary>
    WatchFailed,

    /// <summary>The scrub went once through all images; the message counts.</summary>
    Scrubbed,
}

/// <summary>One thing that happened.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Message">One line for people.</param>
/// <param name="Name">The image that it is about, if any.</param>
/// <param name="Cause">The failure behind it, if any.</param>
public sealed record StoreEvent(StoreEventKind Kind, string Message, string? Name = null, Exception? Cause = null);
