using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>How much is known of a file.</summary>
enum RowState
{
    /// <summary>Nobody has read it in its present form.</summary>
    Unread = 0,

    /// <summary>It was read, and is an image.</summary>
    Image = 1,

    /// <summary>It was read, and is none: neither listed nor served.</summary>
    NoImage = 2,

    /// <summary>It was read, and is not what was recorded: listed, but not served. The digest is that of the lost bytes.</summary>
    Damaged = 3,
}

/// <summary>What the index records of one file. A record counts only for a file with the same length and time.</summary>
sealed record IndexRow(
    ImageName Name, long Length, long ModifiedTicks, Digest? Digest, PictureFacts? Facts, DateTimeOffset Stored, bool Durable, RowState State, string? Fault)
{
    /// <summary>Whether the record is of this very content and somebody has read it.</summary>
    public bool Describes(FileStat file) => new RecordedContent(Length, ModifiedTicks, State).Describes(file);

    /// <summary>The digest by which the image was known to callers; null: nobody was ever told that there is one.</summary>
    public Digest? Known => State == RowState.NoImage ? null : Digest;

    /// <summary>Stands for a file that another program may still be writing: it has the name, and nothing is known of it.</summary>
    public static IndexRow Moving(ImageName name, FileStat file, IndexRow? old) =>
        new(name, file.Length, file.ModifiedTicks, null, null, old?.Stored ?? file.Modified, Durable: false, RowState.Unread, null);

    /// <summary>The image as callers see it.</summary>
    public StoredImage ToImage() => new(
        Name, Length, State == RowState.Unread ? null : Digest, State == RowState.Unread ? null : Facts,
        new DateTimeOffset(ModifiedTicks, TimeSpan.Zero), Stored, Durable, State == RowState.Damaged);
}

/// <summary>By what a record is known to be of a file's present content.</summary>
readonly record struct RecordedContent(long Length, long ModifiedTicks, RowState State)
{
    /// <inheritdoc cref="IndexRow.Describes"/>
    public bool Describes(FileStat file) => State != RowState.Unread && Length == file.Length && ModifiedTicks == file.ModifiedTicks;
}

/// <summary>That a token was committed: as what, when.</summary>
sealed record Receipt(UploadToken Token, string Owner, string Name, long Length, Digest? Digest, DateTimeOffset At);

/// <summary>A change of the index.</summary>
abstract record IndexChange
{
    /// <summary>A file's row, new or in place of the old one, and the receipt of the commit that made it.</summary>
    public sealed record Put(IndexRow Row, Receipt? Receipt = null) : IndexChange;

    /// <summary>A file is gone.</summary>
    public sealed record Remove(ImageName Name) : IndexChange;

    /// <summary>A receipt alone.</summary>
    public sealed record Remember(Receipt Receipt) : IndexChange;

    /// <summary>Receipts from before this time are forgotten.</summary>
    public sealed record Forget(DateTimeOffset Before) : IndexChange;
}
