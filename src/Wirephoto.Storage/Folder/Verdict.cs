using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>What the bytes of a file say about its record.</summary>
enum Verdict
{
    /// <summary>The bytes are those that are recorded, whatever happened to the date.</summary>
    Same,

    /// <summary>An image of which no digest is recorded.</summary>
    New,

    /// <summary>Another image than the recorded one, with a date of its own: somebody put it there.</summary>
    Changed,

    /// <summary>Other bytes than the recorded ones with the recorded date, or no image any more: nobody meant to do that.</summary>
    Damaged,

    /// <summary>No image, and none is recorded.</summary>
    NoImage,
}

/// <summary>The one rule for files whose bytes were read, for serving, scrubbing and checking alike.</summary>
static class Verdicts
{
    /// <summary>Compares what was read with what is recorded.</summary>
    /// <param name="recorded">The record; null: none.</param>
    /// <param name="file">The file's length and date.</param>
    /// <param name="examined">Its bytes.</param>
    public static Verdict Of(IndexRow? recorded, FileStat file, Examination examined)
    {
        var valid = examined.Fault is null;
        if (recorded?.Known is not { } digest) return valid ? Verdict.New : Verdict.NoImage;
        if (examined.Digest == digest) return Verdict.Same;

        // A program that edits a picture leaves a new date. An old date with other bytes, of whatever length, is the work of a disk.
        return valid && file.ModifiedTicks != recorded.ModifiedTicks ? Verdict.Changed : Verdict.Damaged;
    }
}
