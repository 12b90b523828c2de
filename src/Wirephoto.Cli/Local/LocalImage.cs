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
    /// <summary>Looks at a file without reading it.</summary>
    public static LocalImage Of(string path, string name, bool inFolder)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return Faulty(path, name, Missing(path));

        var fault = Unreadable(path) ?? (file.Length == 0 ? new WirephotoException(ErrorCode.Empty, $"{path} is empty or no regular file") : null);
        return new LocalImage(path, name, file.Length, file.LastWriteTimeUtc, inFolder, fault);
    }

    /// <summary>What stands in the place of a file that can't be stored.</summary>
    public static LocalImage Faulty(string path, string name, WirephotoException fault) => new(path, name, 0, default, false, fault);

    static WirephotoException Missing(string path) => new(ErrorCode.LocalMissing, $"there is no file {path}");

    // Opening is the only honest test of the right to read. What has no bytes is not opened: a pipe would wait for its writer.
    static WirephotoException? Unreadable(string path)
    {
        try
        {
            if (new FileInfo(path).Length == 0) return null;
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (FileNotFoundException)
        {
            return Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new WirephotoException(ErrorCode.LocalFailed, $"{path} can't be read: {e.Message}", e);
        }
    }
}
