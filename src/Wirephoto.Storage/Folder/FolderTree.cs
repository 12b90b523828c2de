using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// The images' folder through open handles. Every name is walked segment by segment from the top, each opened inside the one before and
/// never through a link, so that no name leads out of the folder.
/// </summary>
sealed class FolderTree(DiskFolder top) : IDisposable
{
    /// <summary>The top folder; it stays open, and belongs to this object.</summary>
    public DiskFolder Top => top;

    /// <summary>The ordinary file of this name, or null.</summary>
    public FileStat? Stat(ImageName name)
    {
        using var folder = OpenFolder(name.Folder);
        return folder is not null && folder.Stat(name.FileName) is { IsFile: true } file ? file : null;
    }

    /// <summary>The ordinary files of these names, in their order, or null; of names that follow each other, a folder is opened once.</summary>
    public FileStat?[] Stat(IReadOnlyList<ImageName> names)
    {
        var files = new FileStat?[names.Count];
        DiskFolder? folder = null;
        string? open = null;
        try
        {
            for (var i = 0; i < files.Length; i++)
            {
                if (names[i].Folder is var wanted && wanted != open)
                {
                    folder?.Dispose();
                    (folder, open) = (OpenFolder(wanted), wanted);
                }

                files[i] = folder?.Stat(names[i].FileName) is { IsFile: true } file ? file : null;
            }
        }
        finally
        {
            folder?.Dispose();
        }

        return files;
    }

    /// <summary>Whether what is found by this name is spelled in exactly this way, its folders included.</summary>
    public bool IsSpelled(ImageName name)
    {
        var at = top.OpenFolder(".");
        try
        {
            foreach (var segment in name.Folder.Length == 0 ? [] : name.Folder.Split('/'))
            {
                if (!at.IsSpelled(segment)) return false;
                using var parent = at;
                at = parent.OpenFolder(segment);
            }

            return at.IsSpelled(name.FileName);
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.Missing or DiskFault.NotAFolder or DiskFault.Link)
        {
            return false;
        }
        finally
        {
            at.Dispose();
        }
    }

    /// <summary>Opens the ordinary file of this name, or null.</summary>
    public DiskFile? Open(ImageName name, out FileStat stat)
    {
        stat = default;
        using var folder = OpenFolder(name.Folder);
        if (folder is null) return null;
        DiskFile file;
        try
        {
            file = folder.OpenFile(name.FileName, FileUse.Read);
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.Missing or DiskFault.Link or DiskFault.NotAFile)
        {
            return null;
        }

        stat = file.Stat();
        if (stat.IsFile) return file;
        file.Dispose();
        return null;
    }

    /// <summary>Refuses a name that no image could get, as far as can be seen now: a folder of it is a file or a link, or something that is no file has it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>.</exception>
    public void EnsureCanHold(ImageName name)
    {
        var at = top.OpenFolder(".");
        try
        {
            foreach (var segment in name.Folder.Length == 0 ? [] : name.Folder.Split('/'))
            {
                if (at.Stat(segment) is null) return;
                using var parent = at;
                at = OpenExisting(parent, segment);
            }

            if (at.Stat(name.FileName) is { IsFile: false }) throw Unordinary(name);
        }
        catch (IOException e) when (DiskFaults.Of(e) == DiskFault.Missing)
        {
            // Removed between two looks: whoever publishes makes it again.
        }
        finally
        {
            at.Dispose();
        }
    }

    /// <summary>The refusal of a name that is taken by a folder, a link or the like.</summary>
    public static WirephotoException Unordinary(ImageName name) => new(ErrorCode.BadName, $"'{name}' is taken by something that is no ordinary file");

    /// <summary>Opens an existing folder, or null when any segment is missing, a link or no folder.</summary>
    public DiskFolder? OpenFolder(string folder)
    {
        if (folder.Length == 0) return top.OpenFolder(".");
        var at = top;
        foreach (var segment in folder.Split('/'))
        {
            var parent = at;
            try
            {
                at = parent.OpenFolder(segment);
            }
            catch (IOException e) when (DiskFaults.Of(e) is DiskFault.Missing or DiskFault.NotAFolder or DiskFault.Link)
            {
                return null;
            }
            finally
            {
                if (parent != top) parent.Dispose();
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
            return Walk(folder, known, static (parent, segment) => parent.OpenFolder(segment));
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.Missing or DiskFault.NotAFolder or DiskFault.Link)
        {
            return null;
        }
    }

    TargetFolder Walk(string folder, Func<FileIdentity, bool> known, Func<DiskFolder, string, DiskFolder> open)
    {
        var undurable = new List<NewName>();
        var at = folder.Length == 0 ? top.OpenFolder(".") : top;
        DiskFolder? next = null;
        FileIdentity? reached = null;
        try
        {
            foreach (var segment in folder.Length == 0 ? [] : folder.Split('/'))
            {
                next = open(at, segment);
                var child = next.Identity;
                if (!known(child)) undurable.Add(new NewName(at == top ? top.OpenFolder(".") : at, reached ?? at.Identity, child));
                else if (at != top) at.Dispose();
                (at, reached, next) = (next, child, null);
            }

            return new TargetFolder(at, reached ?? at.Identity, undurable);
        }
        catch
        {
            next?.Dispose();
            if (at != top) at.Dispose();
            foreach (var name in undurable) name.Parent.Dispose();
            throw;
        }
    }

    static DiskFolder OpenOrCreate(DiskFolder parent, string segment)
    {
        try
        {
            return OpenExisting(parent, segment);
        }
        catch (IOException e) when (DiskFaults.Of(e) == DiskFault.Missing)
        {
        }

        try
        {
            parent.MakeFolder(segment);
            CrashPoints.Reach(CrashPoint.CommitFolderMade);
        }
        catch (IOException e) when (DiskFaults.Of(e) == DiskFault.Exists)
        {
        }

        return OpenExisting(parent, segment);
    }

    static DiskFolder OpenExisting(DiskFolder parent, string segment)
    {
        try
        {
            return parent.OpenFolder(segment);
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.NotAFolder or DiskFault.Link)
        {
            var what = parent.Stat(segment) is { Kind: FileKind.Link } ? "a link, and links are not followed" : "a file, not a folder";
            throw new WirephotoException(ErrorCode.BadName, $"'{segment}' is {what}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => top.Dispose();
}

/// <summary>A folder name that may not have reached the medium: flushing <paramref name="Parent"/> makes it durable.</summary>
readonly record struct NewName(DiskFolder Parent, FileIdentity ParentIdentity, FileIdentity Child);

/// <summary>An open folder that an image goes into, with the names on its way that are still to be flushed.</summary>
sealed record TargetFolder(DiskFolder Folder, FileIdentity Identity, IReadOnlyList<NewName> Undurable) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Folder.Dispose();
        foreach (var name in Undurable) name.Parent.Dispose();
    }
}
