using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>A folder by its descriptor: everything is done relative to it, so whatever happens to its path meanwhile, nothing leads out of it.</summary>
sealed class LinuxFolder : DiskFolder
{
    readonly SafeFileHandle handle;
    readonly LinuxFolder? parent;
    readonly string name;

    /// <summary>Opens a folder by its path.</summary>
    public LinuxFolder(string path) => (handle, name) = (Posix.OpenFolder(path), path);

    LinuxFolder(LinuxFolder parent, string name) => (handle, this.parent, this.name) = (Posix.OpenFolder(parent.handle, name), parent, name);

    /// <inheritdoc/>
    public override string Path => parent is null ? name : System.IO.Path.Join(parent.Path, name);

    /// <inheritdoc/>
    public override FileIdentity Identity => Posix.Stat(handle).Identity;

    /// <inheritdoc/>
    public override DiskFolder OpenFolder(string name) => new LinuxFolder(this, name);

    /// <inheritdoc/>
    public override DiskFile OpenFile(string name, FileUse use) => new LinuxFile(Posix.OpenFile(handle, name, use switch
    {
        FileUse.Read => Posix.ReadOnly,
        FileUse.Write => Posix.ReadWrite,
        _ => Posix.ReadWrite | Posix.Create | Posix.Exclusive,
    }));

    /// <inheritdoc/>
    public override DiskFile? CreateNameless() => Posix.CreateNameless(handle) is { } file ? new LinuxFile(file) : null;

    /// <inheritdoc/>
    public override bool LinkNameless(DiskFile file, string name) => Posix.LinkNameless(file.Handle, handle, name);

    /// <inheritdoc/>
    public override DiskFile? TryLock(string name)
    {
        var file = Posix.OpenFile(handle, name, Posix.ReadWrite | Posix.Create);
        var locked = false;
        try
        {
            locked = Posix.TryLock(file);
            return locked ? new LinuxFile(file) : null;
        }
        finally
        {
            if (!locked) file.Dispose();
        }
    }

    /// <inheritdoc/>
    public override FileStat? Stat(string name) => Posix.Stat(handle, name);

    /// <summary>The file systems of Linux compare names byte by byte.</summary>
    public override bool IsSpelled(string name) => true;

    /// <inheritdoc/>
    public override bool IsName(string name, DiskFile file) => Stat(name)?.Identity == file.Stat().Identity;

    /// <inheritdoc/>
    public override void MakeFolder(string name) => Posix.MakeFolder(handle, name);

    /// <inheritdoc/>
    public override bool Link(string name, DiskFolder toFolder, string to) => Posix.Link(handle, name, ((LinuxFolder)toFolder).handle, to);

    /// <inheritdoc/>
    public override void Rename(string from, string to) => Posix.Rename(handle, from, to);

    /// <inheritdoc/>
    public override bool Unlink(string name) => Posix.Unlink(handle, name);

    /// <inheritdoc/>
    public override void Flush() => Posix.FlushFolder(handle);

    /// <inheritdoc/>
    public override void EnsureWritable() => Posix.EnsureWritable(handle);

    /// <inheritdoc/>
    public override bool SharesFileSystem(DiskFolder other) => Identity.Device == other.Identity.Device;

    /// <inheritdoc/>
    public override void Dispose() => handle.Dispose();
}
