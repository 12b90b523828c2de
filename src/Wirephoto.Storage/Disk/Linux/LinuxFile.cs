using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>A file by its descriptor.</summary>
sealed class LinuxFile(SafeFileHandle handle) : DiskFile(handle)
{
    /// <inheritdoc/>
    public override FileStat Stat() => Posix.Stat(Handle);

    /// <inheritdoc/>
    public override void Flush() => Posix.Flush(Handle);

    /// <inheritdoc/>
    public override void BeginWriteBack(long offset, long length) => Posix.BeginWriteBack(Handle, offset, length);

    /// <inheritdoc/>
    public override void ForgetCached() => Posix.ForgetCached(Handle);
}
