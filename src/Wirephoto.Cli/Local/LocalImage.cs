using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Local;

/// <summary>A local file that is to be stored, or the reason why it can't be.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">The name it shall get on the server, not yet checked.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Modified">Its date.</param>
/// <param name="InFolder">Whether it was found in a folder: there, what is no image is passed over.</param>
/// <param name="Fault">Why it can't be stored; null: nothing known yet.</param>
sealed record LocalImage(string Path, string Name, long Length, DateTimeOffset Modified, bool InFolder, WirephotoException? Fault)
{
    /// <summary>What the walk through a folder saw of a file. Whether it can be read shows when it is its turn: a look at each of many would cost as much as sending them.</summary>
    public static LocalImage InFolderOf(FileInfo file, string path, string name)
    {
        try
        {
            return new LocalImage(path, name, file.Length, file.LastWriteTimeUtc, InFolder: true, file.Length > 0 ? null : Empty(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faulty(path, name, new WirephotoException(ErrorCode.LocalFailed, $"{path} can't be looked at: {e.Message}", e)) with { InFolder = true };
        }
    }

    /// <summary>Looks at a file that was named, without reading it.</summary>
    public static LocalImage Of(string path, string name)
    {
        try
        {
            var file = new FileInfo(path);
            var length = file.Length;

            // Opening is the only honest test of the right to read. What has no bytes is not opened: a pipe would wait for its writer.
            if (length == 0) return Faulty(path, name, Empty(path));
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new LocalImage(path, name, length, file.LastWriteTimeUtc, InFolder: false, null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Faulty(path, name, Utf8.IsDoubtful(path) ? NotUtf8(path) : new WirephotoException(ErrorCode.LocalMissing, $"there is no file {path}", e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faulty(path, name, new WirephotoException(ErrorCode.LocalFailed, $"{path} can't be read: {e.Message}", e));
        }
    }

    static WirephotoException Empty(string path) => new(ErrorCode.Empty, $"{path} is empty or no regular file");

    /// <summary>The fault of a path that is not in UTF-8.</summary>
    public static WirephotoException NotUtf8(string path) => new(ErrorCode.BadName, $"the name of {path} is not in UTF-8: rename it (convmv, for instance, renames whole folders)");

    /// <summary>What stands in the place of a file that can't be stored.</summary>
    public static LocalImage Faulty(string path, string name, WirephotoException fault) => new(path, name, 0, default, false, fault);
}
