using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The server's own folders inside the images' folder, made and tried out before anything is served.</summary>
static class StoreFolders
{
    const string IncomingName = "incoming";

    /// <summary>The path of the server's own folder.</summary>
    public static string OwnPath(string folder) => Path.Combine(folder, NameRules.ReservedFolder);

    /// <summary>Opens the images' folder and makes the server's own folder in it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>, with what to do about it.</exception>
    public static FolderTree OpenTree(string folder, Func<string, DiskFolder> open)
    {
        if (!Directory.Exists(folder))
        {
            var what = File.Exists(folder) ? "is a file" : "does not exist";
            throw new WirephotoException(ErrorCode.StorageFailed, $"the folder of the images {what}: create it, or name another one");
        }

        return Try("open the folder of the images", () => new FolderTree(open(folder)));
    }

    /// <summary>Makes and opens the folder of the server's own files.</summary>
    public static DiskFolder OpenOwn(FolderTree tree) => Try("create the folder .wirephoto in the folder of the images", () =>
    {
        tree.Top.EnsureWritable();
        return OpenOrCreate(tree.Top, NameRules.ReservedFolder);
    });

    /// <summary>Makes and opens the folder of the staging files, and tries out there all that a commit will need.</summary>
    public static DiskFolder OpenIncoming(FolderTree tree, DiskFolder own)
    {
        var incoming = Try("create the folder .wirephoto/incoming", () => OpenOrCreate(own, IncomingName));
        try
        {
            if (!Try("link files from .wirephoto/incoming", () => incoming.SharesFileSystem(tree.Top)))
            {
                throw new WirephotoException(ErrorCode.StorageFailed,
                    "'.wirephoto' is on another file system than the images: it must be an ordinary folder beside them, so that an image can be published in one step");
            }

            Try("write, flush and link files in .wirephoto/incoming", () =>
            {
                TryOut(incoming);
                return true;
            });
            return incoming;
        }
        catch
        {
            incoming.Dispose();
            throw;
        }
    }

    static void TryOut(DiskFolder incoming)
    {
        const string first = "self-test", second = "self-test.link";
        incoming.Unlink(first);
        incoming.Unlink(second);
        using (var file = incoming.OpenFile(first, FileUse.Create)) TryWrite(file);

        incoming.Link(first, incoming, second);
        incoming.Flush();
        incoming.Unlink(second);
        incoming.Unlink(first);
        incoming.FreeBytes();
    }

    // A full disk takes no images, but what is there is served, and can be deleted.
    static void TryWrite(DiskFile file)
    {
        try
        {
            file.Write("wirephoto"u8, 0);
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.NoSpace or DiskFault.OverQuota)
        {
        }

        file.Flush();
    }

    static DiskFolder OpenOrCreate(DiskFolder parent, string name)
    {
        if (parent.Stat(name) is null) parent.MakeFolder(name);
        return parent.OpenFolder(name);
    }

    static T Try<T>(string doing, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            var failure = DiskErrors.Translate(e, doing);
            throw new WirephotoException(failure.Code, $"{failure.Message}. {Remedy(DiskFaults.Of(e))}", e);
        }
    }

    static string Remedy(DiskFault fault) => fault switch
    {
        DiskFault.Denied => "Give the user that runs the server the right to write there (chown or chmod), or serve another folder.",
        DiskFault.ReadOnly => "The file system is mounted read-only: mount it for writing, or serve another folder.",
        DiskFault.NoSpace or DiskFault.OverQuota => "Free some space there.",
        DiskFault.NotAFolder or DiskFault.Link => "Remove the file or link that is in its place.",
        _ => "The file system must support links (ln) and flushing (sync); serve a folder on a local disk.",
    };
}
