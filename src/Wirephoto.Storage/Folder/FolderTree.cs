using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// The images' folder through open handles. Every name is walked segment by segment from the top, each opened inside the one before and
/// never through a link, so that no name leads out of the folder, whatever other programs plant in it while we walk.
/// </summary>
sealed class FolderTree(string path) : IDisposable
{
    /// <summary>The server's own folder at the top; no name of an image can enter it, because none begins with a dot.</summary>
    public const string Reserved = ".wirephoto";

    /// <summary>The top folder; it stays open.</summary>
    public SafeFileHandle Top { get; } = Posix.OpenFolder(path);

    /// <summary>The path of the top folder, for what can only be asked by path.</summary>
    public string Path => path;

    /// <summary>The ordinary file of this name, or null.</summary>
    public FileStat? Stat(ImageName name)
    {
        using var folder = OpenFolder(name.Folder);
        return folder is not null && Posix.Stat(folder, name.FileName) is { IsFile: true } file ? file : null;
    }

    /// <summary>Opens the ordinary file of this name, or null.</summary>
    public SafeFileHandle? Open(ImageName name, out FileStat stat)
    {
        stat = default;
        using var folder = OpenFolder(name.Folder);
        if (folder is null) return null;
        SafeFileHandle file;
        try
        {
            file = Posix.OpenFile(folder, name.FileName, Posix.ReadOnly);
        }
        catch (IOException e) when (e.HResult is Errno.NoEntry or Errno.Loop or Errno.NoDevice)
        {
            return null;
        }

        stat = Posix.Stat(file);
        if (stat.IsFile) return file;
        file.Dispose();
        return null;
    }

    /// <summary>Opens an existing folder, or null when any segment is missing, a link or no folder.</summary>
    public SafeFileHandle? OpenFolder(string folder)
    {
        var at = Posix.OpenFolder(Top, ".");
        if (folder.Length == 0) return at;
        foreach (var segment in folder.Split('/'))
        {
            using var parent = at;
            try
            {
                at = Posix.OpenFolder(parent, segment);
            }
            catch (IOException e) when (e.HResult is Errno.NoEntry or Errno.NotAFolder or Errno.Loop)
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>Opens the folder that an image shall go into, and creates what is missing of it.</summary>
    /// <param name="folder">The folder's name; empty: the top.</param>
    /// <param name="known">Folders whose own names are known to be durable.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>: a segment is a file, or a link that would lead elsewhere.</exception>
    public TargetFolder CreateTarget(string folder, Func<FileIdentity, bool> known) => Walk(folder, known, OpenOrCreate);

    /// <summary>Opens the folder that an image is in, or null when it is not there any more.</summary>
    public TargetFolder? OpenTarget(string folder, Func<FileIdentity, bool> known)
    {
        try
        {
            return Walk(folder, known, Posix.OpenFolder);
        }
        catch (IOException e) when (e.HResult is Errno.NoEntry or Errno.NotAFolder or Errno.Loop)
        {
            return null;
        }
    }

    TargetFolder Walk(string folder, Func<FileIdentity, bool> known, Func<SafeFileHandle, string, SafeFileHandle> open)
    {
        var undurable = new List<NewName>();
        var at = Posix.OpenFolder(Top, ".");
        try
        {
            foreach (var segment in folder.Length == 0 ? [] : folder.Split('/'))
            {
                var next = open(at, segment);
                var child = Posix.Stat(next).Identity;
                if (known(child)) at.Dispose();
                else undurable.Add(new NewName(at, Posix.Stat(at).Identity, child));
                at = next;
            }

            return new TargetFolder(at, Posix.Stat(at).Identity, undurable);
        }
        catch
        {
            at.Dispose();
            foreach (var name in undurable) name.Parent.Dispose();
            throw;
        }
    }

    static SafeFileHandle OpenOrCreate(SafeFileHandle parent, string segment)
    {
        if (Posix.Stat(parent, segment) is null)
        {
            try
            {
                Posix.MakeFolder(parent, segment);
            }
            catch (IOException e) when (e.HResult == Errno.Exists)
            {
            }
        }

        try
        {
            return Posix.OpenFolder(parent, segment);
        }
        catch (IOException e) when (e.HResult is Errno.NotAFolder or Errno.Loop)
        {
            var what = Posix.Stat(parent, segment) is { IsLink: true } ? "a link, and links are not followed" : "a file, not a folder";
            throw new WirephotoException(ErrorCode.BadName, $"'{segment}' is {what}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Top.Dispose();
}

/// <summary>A folder name that may not have reached the medium: flushing <paramref name="Parent"/> makes it durable.</summary>
readonly record struct NewName(SafeFileHandle Parent, FileIdentity ParentIdentity, FileIdentity Child);

/// <summary>An open folder that an image goes into, with the names on its way that are still to be flushed.</summary>
sealed record TargetFolder(SafeFileHandle Handle, FileIdentity Identity, IReadOnlyList<NewName> Undurable) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        foreach (var name in Undurable) name.Parent.Dispose();
    }
}
