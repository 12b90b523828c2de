using System.Globalization;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>One server per folder: a lock that the operating system lets go of when the process ends, however it ends.</summary>
static class FolderLock
{
    const string FileName = "lock";

    /// <summary>Takes the lock and leaves this process' number in the file; whoever disposes the handle lets go of it.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: another server has it.</exception>
    public static DiskFile Take(DiskFolder own)
    {
        if (own.TryLock(FileName) is not { } file)
            throw new WirephotoException(ErrorCode.StorageFailed, $"another server{Holder(own)} serves this folder already: stop it, or serve another folder");
        try
        {
            // Over what the server before left, and cut only then: on a full disk a file that is emptied first may find its block taken, or not free yet (ext4).
            var holder = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            file.Write(holder, 0);
            file.SetLength(holder.Length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static string Holder(DiskFolder own)
    {
        try
        {
            using var file = own.OpenFile(FileName, FileUse.Read);
            Span<byte> text = stackalloc byte[16];
            var length = file.Read(text, 0);
            return int.TryParse(text[..length], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            // Where a lock keeps readers out as well nobody can tell who has it.
            return "";
        }
    }
}
