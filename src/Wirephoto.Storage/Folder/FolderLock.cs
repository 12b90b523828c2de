using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage.Folder;

/// <summary>One server per folder: a lock that the operating system lets go of when the process ends, however it ends.</summary>
sealed class FolderLock : IDisposable
{
    readonly SafeFileHandle file;

    FolderLock(SafeFileHandle file) => this.file = file;

    /// <summary>Takes the lock and leaves this process' number in the file.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: another server has it.</exception>
    public static FolderLock Take(string path)
    {
        SafeFileHandle file;
        try
        {
            // FileShare.None is flock(2) with LOCK_EX on Unix.
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException && File.Exists(path))
        {
            throw new WirephotoException(ErrorCode.StorageFailed, $"another server{Holder(path)} serves this folder already: stop it, or serve another folder", e);
        }

        var pid = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, pid, 0);
        return new FolderLock(file);
    }

    static string Holder(string path)
    {
        try
        {
            // A handle that takes no lock, so that it opens beside the exclusive one.
            using var parent = Disk.Posix.OpenFolder(Path.GetDirectoryName(path)!);
            using var file = Disk.Posix.OpenFile(parent, Path.GetFileName(path), Disk.Posix.ReadOnly);
            Span<byte> text = stackalloc byte[16];
            var length = RandomAccess.Read(file, text, 0);
            return int.TryParse(text[..length], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
