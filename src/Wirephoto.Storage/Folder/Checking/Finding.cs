using Wirephoto.Protocol;

namespace Wirephoto.Storage.Folder.Checking;

/// <summary>What can be wrong with an image at rest.</summary>
public enum FindingKind
{
    /// <summary>It is recorded, and there is no such file.</summary>
    Missing,

    /// <summary>Another image with a date of its own stands in its place.</summary>
    Changed,

    /// <summary>Its bytes are not the recorded ones, and it has no new date or is no image any more.</summary>
    Damaged,

    /// <summary>An image of which no digest is recorded: another program put it there, and nobody has read it yet.</summary>
    Unindexed,

    /// <summary>A file under an image's name that never was one.</summary>
    NotAnImage,

    /// <summary>The disk refused to give the bytes.</summary>
    Unreadable,
}

/// <summary>One image that is not as it should be.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">One line for people.</param>
/// <param name="Length">Its length in bytes now, or the recorded one if it is missing.</param>
/// <param name="Recorded">The digest that is recorded, if any.</param>
/// <param name="Found">The digest of the bytes that are there, if they could be read.</param>
public sealed record Finding(FindingKind Kind, string Name, string Message, long Length, Digest? Recorded, Digest? Found);

/// <summary>How far a check is.</summary>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="AllFiles">Images that are recorded.</param>
/// <param name="AllBytes">Their bytes.</param>
public readonly record struct CheckProgress(long Files, long Bytes, long AllFiles, long AllBytes);
