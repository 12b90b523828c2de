using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The server's own folders inside the images' folder, made and tried out before anything is served.</summary>
static class StoreFolders
{
    const string IncomingName = "incoming";

    /// <summary>The path of the index: SQLite opens it by itself.</summary>
    public static string IndexPath(string folder) => Path.Combine(folder, NameRules.ReservedFolder, "index.db");

    /// <summary>Opens the images' folder and makes the server's own folder in it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>, with what to do about it.</exception>
    public static FolderTree OpenTree(string folder, Func<string, DiskFolder> open)
    {
        if (!Directory.Exists(folder))
        {
            var what = File.Exists(folder) ? "is a file: name a folder" : "does not exist: create it, or name another folder";
            throw new WirephotoException(ErrorCode.StorageFailed, $"'{folder}' {what}");
        }

        return StartStep.Run("open the folder of the images", StartStep.LocalDisk, () => new FolderTree(open(folder)));
    }

    /// <summary>Makes and opens the folder of the server's own files.</summary>
    public static DiskFolder OpenOwn(FolderTree tree)
    {
        StartStep.Run("let files be created in the folder of the images", "", tree.Top.EnsureWritable);
        return OpenOrCreate(tree.Top, NameRules.ReservedFolder, NameRules.ReservedFolder);
    }

    /// <summary>Makes and opens the folder of the staging files, and tries out all that a commit will need; tells whether it can do without a staging name.</summary>
    public static (DiskFolder Incoming, bool Nameless) OpenIncoming(FolderTree tree, DiskFolder own)
    {
        var incoming = OpenOrCreate(own, IncomingName, $"{NameRules.ReservedFolder}/{IncomingName}");
        try
        {
            return (incoming, SelfTest.Run(tree.Top, incoming));
        }
        catch
        {
            incoming.Dispose();
            throw;
        }
    }

    // Through a link the server's own files would lie somewhere else, where nobody expects them and no image can be published from.
    static DiskFolder OpenOrCreate(DiskFolder parent, string name, string shown) => StartStep.Run($"create the folder {shown} in the folder of the images", StartStep.LocalDisk, () =>
    {
        var there = parent.Stat(name);
        if (there is { Kind: not FileKind.Folder })
        {
            var what = there.Value.Kind == FileKind.Link ? "a link" : "no folder";
            throw new WirephotoException(ErrorCode.StorageFailed, $"'{shown}' is {what}: it must be an ordinary folder in the folder of the images. Remove it, and the server makes one.");
        }

        if (there is null) parent.MakeFolder(name);
        return parent.OpenFolder(name);
    });
}
