using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>One server per folder: a lock that the operating system lets go of when the process ends, however it ends.</summary>
static class FolderLock
{
    const string FileName = "lock";

    /// <summary>Takes the lock and leaves this process' number in the file; whoever disposes the handle lets go of it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: another server has it.</exception>
    public static SafeFileHandle Take(SafeFileHandle own)
    {
        var file = Posix.OpenFile(own, FileName, Posix.ReadWrite | Posix.Create);
        try
        {
            if (!Posix.TryLock(file))
                throw new WirephotoException(ErrorCode.StorageFailed, $"another server{Holder(file)} serves this folder already: stop it, or serve another folder");
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static string Holder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(file, text, 0);
        return int.TryParse(text[..length], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
    }
}
