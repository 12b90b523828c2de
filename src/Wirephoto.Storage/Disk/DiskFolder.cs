using Wirephoto.Storage.Disk.Linux;
using Wirephoto.Storage.Disk.Portable;

namespace Wirephoto.Storage.Disk;

/// <summary>What a file is opened for.</summary>
enum FileUse
{
    /// <summary>Reading what is there.</summary>
    Read,

    /// <summary>Reading and writing what is there.</summary>
    Write,

    /// <summary>Reading and writing a new file; a name that is taken is refused.</summary>
    Create,
}

/// <summary>
/// An open folder, and the one way to what is in it: together with <see cref="DiskFile"/> it has every effect that a store has on its medium, except those of
/// the index. Names are single segments that were checked before; a link under a name is never followed. Failures are <see cref="IOException"/>s or
/// <see cref="UnauthorizedAccessException"/>s, which <see cref="DiskFaults"/> tells apart. A new name survives a loss of power only once the folder is flushed.
/// </summary>
abstract class DiskFolder : IDisposable
{
    /// <summary>Opens a folder by its path on the machine, in the way that suits the system; links on the way to it are the owner's business.</summary>
    public static DiskFolder Open(string path) => OperatingSystem.IsLinux() ? new LinuxFolder(path) : new PortableFolder(path);

    /// <summary>Its path on the machine, for what can only be asked by path; never for changes.</summary>
    public abstract string Path { get; }

    /// <summary>Which folder it is: one that is removed and made again is another.</summary>
    public abstract FileIdentity Identity { get; }

    /// <summary>Opens a folder inside this one, or, for the name <c>.</c>, this one once more.</summary>
    public abstract DiskFolder OpenFolder(string name);

    /// <summary>Opens a file of this folder; never waits, not even for a pipe.</summary>
    public abstract DiskFile OpenFile(string name, FileUse use);

    /// <summary>
    /// Makes a file without a name on this folder's file system, which is gone when it is closed unless <see cref="LinkNameless"/> gave it one;
    /// null: the file system has no such files.
    /// </summary>
    public virtual DiskFile? CreateNameless() => null;

    /// <summary>Gives a file of <see cref="CreateNameless"/> its first name, in this folder, atomically; false: the name is taken, by whatever it may be.</summary>
    public virtual bool LinkNameless(DiskFile file, string name) => throw new NotSupportedException();

    /// <summary>Opens a file, made if need be, and takes the lock of it, which ends with its handle or with the process; null: somebody else has it.</summary>
    public abstract DiskFile? TryLock(string name);

    /// <summary>What has this name, links themselves included; null: nothing.</summary>
    public abstract FileStat? Stat(string name);

    /// <summary>Whether what has this name is spelled in exactly this way: file systems that ignore case find it by other spellings as well.</summary>
    public abstract bool IsSpelled(string name);

    /// <summary>Whether this name stands for this open file, under whatever other name it was opened.</summary>
    public abstract bool IsName(string name, DiskFile file);

    /// <summary>Names of the files in this folder.</summary>
    public virtual IReadOnlyList<string> FileNames() => [.. Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file))];

    /// <summary>Makes a folder inside this one; a name that is taken may be refused with <see cref="DiskFault.Exists"/>.</summary>
    public abstract void MakeFolder(string name);

    /// <summary>Gives a file a second name, atomically; false: the name is taken, by whatever it may be.</summary>
    public abstract bool Link(string name, DiskFolder toFolder, string to);

    /// <summary>Renames a file inside this folder, in place of what has the other name.</summary>
    public abstract void Rename(string from, string to);

    /// <summary>Removes the name of a file; false: there was none.</summary>
    public abstract bool Unlink(string name);

    /// <summary>Flushes this folder's names to the medium.</summary>
    public abstract void Flush();

    /// <summary>Refuses a folder that this process may not create names in.</summary>
    public abstract void EnsureWritable();

    /// <summary>Whether files of this folder can get a second name in the other.</summary>
    public abstract bool SharesFileSystem(DiskFolder other);

    /// <summary>Bytes that are free on its file system for this process.</summary>
    public virtual long FreeBytes() => Drive().AvailableFreeSpace;

    /// <summary>Bytes of its file system, free or not.</summary>
    public virtual long TotalBytes() => Drive().TotalSize;

    DriveInfo Drive()
    {
        try
        {
            return new DriveInfo(Path);
        }
        catch (ArgumentException e)
        {
            throw new IOException("the free space of a network share can't be found out", e);
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
