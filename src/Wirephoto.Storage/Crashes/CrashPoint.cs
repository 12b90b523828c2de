namespace Wirephoto.Storage.Crashes;

/// <summary>
/// A moment between two steps of an operation that changes state, at which tests end the process. Each is named after the step that was done last,
/// with the operation first; those of the index and of the staging area are reached by several operations.
/// </summary>
public enum CrashPoint
{
    /// <summary>Start: the server's own folder is there and its lock is held.</summary>
    StartLocked,

    /// <summary>Start: the folder is being tried out; the self-test's two names are there.</summary>
    StartTriedOut,

    /// <summary>Start: of a published upload the sidecar is gone, the staging file is not.</summary>
    StartSidecarRemoved,

    /// <summary>Start: a leftover was removed.</summary>
    StartLeftoverRemoved,

    /// <summary>Start: the receipts of commits that the last run did not finish are recorded.</summary>
    StartReceiptsRecorded,

    /// <summary>Start: the port is open and the store too; the next step accepts clients.</summary>
    StartServing,

    /// <summary>Index: the tables of a new one were made.</summary>
    IndexCreated,

    /// <summary>Index: a file that is no index of ours was renamed.</summary>
    IndexSetAside,

    /// <summary>Reconcile: the transaction has begun.</summary>
    ReconcileBegun,

    /// <summary>Reconcile: the files that are there are known.</summary>
    ReconcileFilled,

    /// <summary>Reconcile: all changes are made and not committed.</summary>
    ReconcileChanged,

    /// <summary>Reconcile: committed.</summary>
    ReconcileCommitted,

    /// <summary>Reconcile: a file of another program was read and flushed, and is not recorded.</summary>
    ReconcileFileFlushed,

    /// <summary>Reconcile: a file of another program was recorded.</summary>
    ReconcileFileRecorded,

    /// <summary>Begin and put: the staging file is there, empty.</summary>
    BeginFileCreated,

    /// <summary>Begin: the sidecar is written under its first name.</summary>
    BeginSidecarWritten,

    /// <summary>Begin: the sidecar has its name.</summary>
    BeginSidecarNamed,

    /// <summary>Begin with a new token: the staging file has its new name, the old sidecar is still there.</summary>
    BeginFileRenamed,

    /// <summary>Begin with a new token: the old sidecar is gone.</summary>
    BeginOldSidecarRemoved,

    /// <summary>Append and put: the piece is about to be written.</summary>
    AppendBegun,

    /// <summary>Append and put: the piece is written.</summary>
    AppendWritten,

    /// <summary>Commit and put: the date is set, nothing is flushed.</summary>
    CommitDated,

    /// <summary>Commit and put: the bytes are flushed.</summary>
    CommitFileFlushed,

    /// <summary>Commit and put: a new folder was made for the image.</summary>
    CommitFolderMade,

    /// <summary>Commit and put: the image has its name.</summary>
    CommitLinked,

    /// <summary>Commit and put: the name is flushed.</summary>
    CommitNamesFlushed,

    /// <summary>Commit and put: the staging is gone.</summary>
    CommitStagingRemoved,

    /// <summary>Commit and put: the index has its row and the receipt.</summary>
    CommitRecorded,

    /// <summary>Commit and put: the name turned out to be taken; the staging is still there.</summary>
    CommitLost,

    /// <summary>Commit and put: the receipt is about to be sent.</summary>
    CommitReceiptReady,

    /// <summary>Staging: the bytes of an upload are gone, its sidecar is not.</summary>
    StagingFileRemoved,

    /// <summary>Staging: an upload is gone.</summary>
    StagingRemoved,

    /// <summary>Index: a transaction with changes has begun.</summary>
    IndexBegun,

    /// <summary>Index: the changes are made and not committed.</summary>
    IndexChanged,

    /// <summary>Index: the changes are committed.</summary>
    IndexCommitted,

    /// <summary>Abort: nothing is removed yet.</summary>
    AbortBegun,

    /// <summary>Abort: done, its reply is about to be sent.</summary>
    AbortReplyReady,

    /// <summary>Delete: the name is removed and not flushed.</summary>
    DeleteUnlinked,

    /// <summary>Delete: the removal is flushed.</summary>
    DeleteFlushed,

    /// <summary>Delete: the row is gone.</summary>
    DeleteRecorded,

    /// <summary>Delete: its reply is about to be sent.</summary>
    DeleteReplyReady,

    /// <summary>Sweep: nothing is removed yet.</summary>
    SweepBegun,

    /// <summary>Sweep: an old upload was removed.</summary>
    SweepUploadRemoved,

    /// <summary>Sweep: old receipts are forgotten.</summary>
    SweepReceiptsForgotten,

    /// <summary>Drain: no more connections are taken.</summary>
    DrainPortsClosed,

    /// <summary>Drain: every connection has ended.</summary>
    DrainConnectionsEnded,

    /// <summary>Drain: the index is written and closed.</summary>
    DrainIndexClosed,

    /// <summary>Drain: everything is closed, the lock is about to be let go of.</summary>
    DrainStoreClosed,
}
