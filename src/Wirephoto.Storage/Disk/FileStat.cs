namespace Wirephoto.Storage.Disk;

/// <summary>
/// Which file it is, whatever its name: two names with one identity are one file. The time of its birth, where the file system has it, tells a number that is used again.
/// Where there are no numbers a folder goes by its path and its birth, and files have no identity of their own: all have the default one.
/// </summary>
readonly record struct FileIdentity(ulong Device, ulong Inode, long Born, string? Path = null);

/// <summary>What can have a name.</summary>
enum FileKind
{
    File,
    Folder,
    Link,

    /// <summary>A pipe, a device, a socket.</summary>
    Special,
}

/// <summary>What the file system says of a file. Times are UTC ticks (100 ns), the finest that .NET sets and reads back.</summary>
readonly record struct FileStat(FileIdentity Identity, FileKind Kind, long Length, long ModifiedTicks)
{
    public bool IsFile => Kind == FileKind.File;

    public DateTimeOffset Modified => new(ModifiedTicks, TimeSpan.Zero);

    /// <summary>Whether both describe the same content, as far as time and length can tell.</summary>
    public bool SameContent(FileStat other) => Length == other.Length && ModifiedTicks == other.ModifiedTicks;
}
