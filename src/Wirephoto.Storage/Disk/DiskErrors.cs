using System.Runtime.InteropServices;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage.Disk;

/// <summary>Turns what a disk refuses into the errors of the catalogue. The messages never name a path of the server's machine.</summary>
static class DiskErrors
{
    /// <summary>Whether an exception comes from the file system.</summary>
    public static bool IsDiskError(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>The failure to report.</summary>
    /// <param name="error">What the file system threw; it goes to the log, not to a peer.</param>
    /// <param name="doing">What was being done, as it goes on after "the disk refused to".</param>
    public static WirephotoException Translate(Exception error, string doing) => DiskFaults.Of(error) switch
    {
        DiskFault.NoSpace => new(ErrorCode.StorageFull, $"the disk is full: it refused to {doing}", error),
        DiskFault.OverQuota => new(ErrorCode.StorageFull, $"the server's disk quota is used up: the disk refused to {doing}", error),
        _ when DiskFaults.Number(error) is { } number =>
            new(ErrorCode.StorageFailed, $"the disk refused to {doing}: {Marshal.GetPInvokeErrorMessage(number)}", error),
        DiskFault.Denied => new(ErrorCode.StorageFailed, $"the disk refused to {doing}: permission denied", error),
        _ => new(ErrorCode.StorageFailed, $"the disk refused to {doing}", error),
    };
}
