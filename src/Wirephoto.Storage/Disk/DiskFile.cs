using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk;

/// <summary>An open file of a <see cref="DiskFolder"/>. What is written survives a loss of power only once it is flushed, and then only if its name does.</summary>
abstract class DiskFile(SafeFileHandle handle) : IDisposable
{
    /// <summary>The handle, for sending from it; it belongs to this object.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>What the file system says of it now.</summary>
    public abstract FileStat Stat();

    /// <summary>Reads from a position; returns how many bytes, 0 only at the end.</summary>
    public virtual int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

    /// <summary>Writes all of it at a position.</summary>
    public virtual void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

    /// <summary>Cuts it, or fills it with zeros, to this length.</summary>
    public virtual void SetLength(long length) => RandomAccess.SetLength(handle, length);

    /// <summary>Sets its date; the file system may keep it more coarsely.</summary>
    public virtual void SetModified(DateTimeOffset date) => File.SetLastWriteTimeUtc(handle, date.UtcDateTime);

    /// <summary>Flushes its bytes and its date to the medium.</summary>
    public abstract void Flush();

    /// <summary>Asks the system to begin to write a range back, so that the flush at the end finds little left. Only a hint.</summary>
    public abstract void BeginWriteBack(long offset, long length);

    /// <summary>Asks the system to forget what memory holds of its bytes, so that the next reading asks the medium itself. Only a hint.</summary>
    public virtual void ForgetCached()
    {
    }

    /// <inheritdoc/>
    public virtual void Dispose() => handle.Dispose();
}
