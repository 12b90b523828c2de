using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Portable;

/// <summary>A file through what .NET offers on every system.</summary>
sealed class PortableFile(SafeFileHandle handle) : DiskFile(handle)
{
    const int PieceBytes = 256 * 1024;

    /// <inheritdoc/>
    public override FileStat Stat() =>
        new(default, FileKind.File, RandomAccess.GetLength(Handle), File.GetLastWriteTimeUtc(Handle).Ticks);

    /// <inheritdoc/>
    public override void Flush() => RandomAccess.FlushToDisk(Handle);

    /// <summary>.NET has no call for it: the flush at the end writes everything.</summary>
    public override void BeginWriteBack(long offset, long length)
    {
    }

    /// <summary>Whether the other file has the same length, date and bytes.</summary>
    public bool HasContentOf(DiskFile other)
    {
        if (!Stat().SameContent(other.Stat())) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(2 * PieceBytes);
        try
        {
            var mine = buffer.AsSpan(0, PieceBytes);
            var theirs = buffer.AsSpan(PieceBytes, PieceBytes);
            for (long at = 0; ;)
            {
                // On a local disk a read is short only at the end; a file that changes while we look is another one anyway.
                var count = Read(mine, at);
                if (other.Read(theirs, at) != count || !mine[..count].SequenceEqual(theirs[..count])) return false;
                if (count == 0) return true;
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
