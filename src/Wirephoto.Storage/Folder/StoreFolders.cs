using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The server's own folders inside the images' folder, made and tried out before anything is served.</summary>
static class StoreFolders
{
    const string IncomingName = "incoming";

    /// <summary>The path of the server's own folder.</summary>
    public static string OwnPath(string folder) => Path.Combine(folder, FolderTree.Reserved);

    /// <summary>Opens the images' folder and makes the server's own folder in it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>, with what to do about it.</exception>
    public static FolderTree OpenTree(string folder)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("the folder store needs Linux");
        if (!Directory.Exists(folder))
        {
            var what = File.Exists(folder) ? "is a file" : "does not exist";
            throw new WirephotoException(ErrorCode.StorageFailed, $"the folder of the images {what}: create it, or name another one");
        }

        return Try("open the folder of the images", () => new FolderTree(folder));
    }

    /// <summary>Makes and opens the folder of the server's own files.</summary>
    public static SafeFileHandle OpenOwn(FolderTree tree) => Try("create the folder .wirephoto in the folder of the images", () =>
    {
        Posix.EnsureWritable(tree.Top);
        return OpenOrCreate(tree.Top, FolderTree.Reserved);
    });

    /// <summary>Makes and opens the folder of the staging files, and tries out there all that a commit will need.</summary>
    public static SafeFileHandle OpenIncoming(FolderTree tree, SafeFileHandle own)
    {
        var incoming = Try("create the folder .wirephoto/incoming", () => OpenOrCreate(own, IncomingName));
        if (Posix.Stat(incoming).Identity.Device != Posix.Stat(tree.Top).Identity.Device)
        {
            incoming.Dispose();
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

    static void TryOut(SafeFileHandle incoming)
    {
        const string first = "self-test", second = "self-test.link";
        Posix.Unlink(incoming, first);
        Posix.Unlink(incoming, second);
        using (var file = Posix.OpenFile(incoming, first, Posix.ReadWrite | Posix.Create | Posix.Exclusive))
        {
            RandomAccess.Write(file, "wirephoto"u8, 0);
            Posix.Flush(file);
        }

        Posix.Link(incoming, first, incoming, second);
        Posix.FlushFolder(incoming);
        Posix.Unlink(incoming, second);
        Posix.Unlink(incoming, first);
    }

    static SafeFileHandle OpenOrCreate(SafeFileHandle parent, string name)
    {
        if (Posix.Stat(parent, name) is null) Posix.MakeFolder(parent, name);
        return Posix.OpenFolder(parent, name);
    }

    static T Try<T>(string doing, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException e)
        {
            var failure = DiskErrors.Translate(e, doing);
            throw new WirephotoException(failure.Code, $"{failure.Message}. {Remedy(e.HResult)}", e);
        }
    }

    static string Remedy(int error) => error switch
    {
        Errno.AccessDenied or Errno.NotPermitted => "Give the user that runs the server the right to write there (chown or chmod), or serve another folder.",
        Errno.ReadOnlyFileSystem => "The file system is mounted read-only: mount it for writing, or serve another folder.",
        Errno.NoSpace or Errno.OverQuota => "Free some space there.",
        Errno.NotAFolder or Errno.Loop => "Remove the file or link that is in its place.",
        _ => "The file system must support links (ln) and flushing (sync); serve a folder on a local disk.",
    };
}
