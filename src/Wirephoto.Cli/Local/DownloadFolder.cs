using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Local;

/// <summary>
/// The folder that get writes to. Names come from a server, so nothing but a checked <see cref="ImageName"/> becomes a path, and
/// no link inside the folder is followed: neither a name nor a planted link leads out of it.
/// </summary>
sealed class DownloadFolder(string root)
{
    /// <summary>Where an image goes; the folders on the way to it are made.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="keepFolders">Whether it keeps the folders in its name, or goes right into this one.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.LocalFailed"/>: a link or a file is in the way, or the folder can't be made.</exception>
    public string PathFor(ImageName name, bool keepFolders)
    {
        try
        {
            // For each image: looking costs less than making what is there already. Whoever enters a folder in it has seen the root as well.
            var folder = root;
            var segments = keepFolders && name.Folder.Length > 0 ? name.Folder.Split('/') : [];
            if (segments.Length == 0 && root.Length > 0 && !Directory.Exists(root)) Make(root);
            foreach (var segment in segments)
            {
                folder = Path.Combine(folder, segment);
                Enter(folder);
            }

            return Path.Combine(folder, name.FileName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WirephotoException(ErrorCode.LocalFailed, $"the folder for {name} can't be made: {e.Message}", e);
        }
    }

    static void Enter(string folder)
    {
        var entry = new DirectoryInfo(folder);
        if (entry.Exists && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)) return;
        if (entry.LinkTarget is not null)
            throw new WirephotoException(ErrorCode.LocalFailed, $"{folder} is a symbolic link, which get does not follow");
        Make(folder);
    }

    static void Make(string folder)
    {
        if (File.Exists(folder))
            throw new WirephotoException(ErrorCode.LocalFailed, $"{folder} is a file, where a folder for the images would be") { Remedy = "Move the file away, or name another folder with --to; --as names one file." };
        Directory.CreateDirectory(folder);
    }
}
