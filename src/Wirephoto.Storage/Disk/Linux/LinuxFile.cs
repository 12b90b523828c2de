using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>A file by its descriptor.</summary>
sealed class LinuxFile(SafeFileHandle handle) : DiskFile(handle)
{
    /// <inheritdoc/>
    public override FileStat Stat() => Posix.Stat(Handle);

    // .NET's own calls ask first what kind of file it is, each time. Where a pointer has 32 bits, so have offsets and times of these.
    static bool IsWide => nint.Size == sizeof(long);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (IsWide) Posix.Write(Handle, bytes, offset);
        else base.Write(bytes, offset);
    }

    /// <inheritdoc/>
    public override void SetModified(DateTimeOffset date)
    {
        if (IsWide) Posix.SetModified(Handle, date);
        else base.SetModified(date);
    }

    /// <inheritdoc/>
    public override void Flush() => Posix.Flush(Handle);

    /// <inheritdoc/>
    public override void BeginWriteBack(long offset, long length) => Posix.BeginWriteBack(Handle, offset, length);

    /// <inheritdoc/>
    public override void ForgetCached() => Posix.ForgetCached(Handle);
}
