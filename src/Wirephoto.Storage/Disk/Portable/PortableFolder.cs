using System.Buffers;
using System.IO.Enumeration;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage.Disk.Portable;

/// <summary>
/// A folder by its path, through what .NET offers on every system. Each name is looked at before it is used and a link is refused; unlike with open handles, a
/// program that plants a link between the look and the use can lead us astray.
/// </summary>
sealed class PortableFolder(string path) : DiskFolder
{
    // Others may read, replace and remove what we have open, as on Linux.
    const FileShare Everybody = FileShare.ReadWrite | FileShare.Delete;

    const string TrialName = ".wirephoto.trial", TrialLinkName = ".wirephoto.trial.link";

    static readonly SearchValues<char> Impossible = SearchValues.Create(System.IO.Path.GetInvalidFileNameChars());

    /// <inheritdoc/>
    public override string Path => path;

    /// <summary>The path and the birth of the folder. Where .NET knows no birth the answer changes with the folder: that costs a flush that was not needed, no more.</summary>
    public override FileIdentity Identity => new(0, 0, Directory.GetCreationTimeUtc(path).Ticks, path);

    /// <inheritdoc/>
    public override DiskFolder OpenFolder(string name)
    {
        if (name == ".") return new PortableFolder(path);
        return Stat(name)?.Kind switch
        {
            FileKind.Folder => new PortableFolder(PathOf(name)),
            FileKind.Link => throw new DiskFaultException(DiskFault.Link, "open: a link"),
            null => throw new DiskFaultException(DiskFault.Missing, "open: no such folder"),
            _ => throw new DiskFaultException(DiskFault.NotAFolder, "open: not a folder"),
        };
    }

    /// <inheritdoc/>
    public override DiskFile OpenFile(string name, FileUse use)
    {
        if (use != FileUse.Create) EnsureFile(name);
        var access = use == FileUse.Read ? FileAccess.Read : FileAccess.ReadWrite;
        return new PortableFile(File.OpenHandle(PathOf(name), use == FileUse.Create ? FileMode.CreateNew : FileMode.Open, access, Everybody));
    }

    void EnsureFile(string name)
    {
        switch (Stat(name)?.Kind)
        {
            case FileKind.File: return;
            case FileKind.Link: throw new DiskFaultException(DiskFault.Link, "open: a link");
            case null: throw new DiskFaultException(DiskFault.Missing, "open: no such file");
            default: throw new DiskFaultException(DiskFault.NotAFile, "open: not a file");
        }
    }

    /// <inheritdoc/>
    public override DiskFile? TryLock(string name)
    {
        if (Stat(name)?.Kind == FileKind.Link) throw new DiskFaultException(DiskFault.Link, "open: a link");
        try
        {
            return new PortableFile(File.OpenHandle(PathOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (DiskFaults.Of(e) == DiskFault.InUse)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override FileStat? Stat(string name)
    {
        var info = new FileInfo(PathOf(name));
        var attributes = info.Attributes;
        if (attributes == (FileAttributes)(-1)) return null;
        var ticks = info.LastWriteTimeUtc.Ticks;
        if (attributes.HasFlag(FileAttributes.ReparsePoint)) return new FileStat(default, FileKind.Link, 0, ticks);
        if (attributes.HasFlag(FileAttributes.Directory)) return new FileStat(default, FileKind.Folder, 0, ticks);
        try
        {
            var length = info.Length;
            return new FileStat(default, length > 0 || IsOrdinary(info.FullName) ? FileKind.File : FileKind.Special, length, ticks);
        }
        catch (FileNotFoundException)
        {
            // It was removed between two looks.
            return null;
        }
    }

    // .NET does not tell a pipe from an empty file, and opening a pipe for reading waits for its other end. Opened for reading
    // and writing it has both ends, so nobody waits, and it can't be sought.
    static bool IsOrdinary(string path)
    {
        if (OperatingSystem.IsWindows()) return true;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, Everybody, bufferSize: 0);
            return file.CanSeek;
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            // An empty file that we may not write is no loss: it is no image.
            return e is FileNotFoundException or DirectoryNotFoundException ? throw new FileNotFoundException(null, e) : false;
        }
    }

    /// <inheritdoc/>
    public override bool IsSpelled(string name) => new FileSystemEnumerable<bool>(
        path, (ref FileSystemEntry _) => true, new EnumerationOptions { AttributesToSkip = 0 })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName.SequenceEqual(name),
    }.Any();

    /// <summary>
    /// Whether both have the same length, date and bytes: .NET knows no number of a file. Who asks is about to drop one of two equal files, and then
    /// either answer loses nothing.
    /// </summary>
    public override bool IsName(string name, DiskFile file)
    {
        if (Stat(name) is not { IsFile: true } stat || !stat.SameContent(file.Stat())) return false;
        using var other = new PortableFile(File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, Everybody));
        return other.HasContentOf(file);
    }

    /// <inheritdoc/>
    public override void MakeFolder(string name)
    {
        // CreateDirectory would make this folder too, and nobody would know that its own name needs a flush again.
        if (!Directory.Exists(path)) throw new DiskFaultException(DiskFault.Missing, "create: no such folder");
        Directory.CreateDirectory(PathOf(name));
    }

    /// <inheritdoc/>
    public override bool Link(string name, DiskFolder toFolder, string to) => NativeFiles.TryLink(PathOf(name), ((PortableFolder)toFolder).PathOf(to));

    /// <inheritdoc/>
    public override void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    /// <inheritdoc/>
    public override bool Unlink(string name)
    {
        if (Stat(name) is null) return false;
        File.Delete(PathOf(name));
        return true;
    }

    /// <inheritdoc/>
    public override void Flush() => NativeFiles.FlushFolder(path);

    /// <summary>Rights are many things on many systems: making a file tells.</summary>
    public override void EnsureWritable()
    {
        Unlink(TrialName);
        File.OpenHandle(PathOf(TrialName), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose).Dispose();
    }

    /// <summary>.NET does not number file systems: making a link tells.</summary>
    public override bool SharesFileSystem(DiskFolder other)
    {
        Unlink(TrialName);
        other.Unlink(TrialLinkName);
        try
        {
            OpenFile(TrialName, FileUse.Create).Dispose();
            return Link(TrialName, other, TrialLinkName);
        }
        catch (IOException e) when (DiskFaults.Of(e) == DiskFault.OtherFileSystem)
        {
            return false;
        }
        finally
        {
            other.Unlink(TrialLinkName);
            Unlink(TrialName);
        }
    }

    // Windows takes "c:x.jpg" for a place on another drive and "a.jpg:x.jpg" for a hidden part of a file.
    string PathOf(string name) => name.AsSpan().IndexOfAny(Impossible) < 0
        ? System.IO.Path.Join(path, name)
        : throw new WirephotoException(ErrorCode.BadName, $"'{name}' holds a character that names can't hold on the server's system");

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Nothing is held open.
    }
}
