using Wirephoto.Storage.Disk.Linux;

namespace Wirephoto.Storage.Disk;

/// <summary>Why a file system refused something, as far as it makes a difference.</summary>
enum DiskFault
{
    /// <summary>Anything else; the medium's own errors above all.</summary>
    Other,

    /// <summary>There is nothing of this name, or no folder on the way to it.</summary>
    Missing,

    /// <summary>The name is taken.</summary>
    Exists,

    /// <summary>A file where a folder was needed.</summary>
    NotAFolder,

    /// <summary>A pipe, a device or a socket where a file was needed.</summary>
    NotAFile,

    /// <summary>A link, and links are not followed.</summary>
    Link,

    /// <summary>Two folders on two file systems.</summary>
    OtherFileSystem,

    /// <summary>This process may not.</summary>
    Denied,

    /// <summary>The file system is mounted for reading only.</summary>
    ReadOnly,

    /// <summary>The medium is full.</summary>
    NoSpace,

    /// <summary>The quota is used up.</summary>
    OverQuota,

    /// <summary>Somebody else has the file open or locked.</summary>
    InUse,
}

/// <summary>A refusal that no system call stands behind.</summary>
sealed class DiskFaultException(DiskFault fault, string message) : IOException(message)
{
    public DiskFault Fault => fault;
}

/// <summary>Tells the refusals of the file systems apart, by the numbers of the system that we run on.</summary>
static class DiskFaults
{
    // HRESULTs of Win32 errors have this in their upper half; .NET's own exceptions carry them on every system.
    const int Win32 = unchecked((int)0x80070000);

    /// <summary>Why this was refused.</summary>
    public static DiskFault Of(Exception error) => error switch
    {
        DiskFaultException known => known.Fault,
        FileNotFoundException or DirectoryNotFoundException => DiskFault.Missing,
        UnauthorizedAccessException => Number(error) is { } number && OfUnix(number) is DiskFault.ReadOnly ? DiskFault.ReadOnly : DiskFault.Denied,
        IOException when Number(error) is { } number => OperatingSystem.IsWindows() ? OfWindows(number) : OfUnix(number),
        _ => DiskFault.Other,
    };

    /// <summary>The number that the system itself gave: errno, or a Win32 error on Windows; null: it gave none.</summary>
    public static int? Number(Exception error)
    {
        var result = error is IOException ? error.HResult : error.InnerException?.HResult ?? 0;
        if (OperatingSystem.IsWindows()) return (result & ~0xFFFF) == Win32 ? result & 0xFFFF : null;
        return result is > 0 and < 4096 ? result : null;
    }

    // The small numbers are those of every Unix; above 34 Linux has its own and the others have those of BSD.
    static DiskFault OfUnix(int number) => number switch
    {
        Errno.NoEntry => DiskFault.Missing,
        Errno.Exists => DiskFault.Exists,
        Errno.NotAFolder => DiskFault.NotAFolder,
        Errno.NoDevice => DiskFault.NotAFile,
        Errno.CrossDevice => DiskFault.OtherFileSystem,
        Errno.AccessDenied or Errno.NotPermitted => DiskFault.Denied,
        Errno.ReadOnlyFileSystem => DiskFault.ReadOnly,
        Errno.NoSpace => DiskFault.NoSpace,
        _ when OperatingSystem.IsLinux() => number switch
        {
            Errno.Loop => DiskFault.Link,
            Errno.OverQuota => DiskFault.OverQuota,
            Errno.WouldBlock => DiskFault.InUse,
            _ => DiskFault.Other,
        },
        62 => DiskFault.Link,
        69 => DiskFault.OverQuota,
        35 => DiskFault.InUse,
        _ => DiskFault.Other,
    };

    // System error codes of winerror.h.
    static DiskFault OfWindows(int number) => number switch
    {
        2 or 3 => DiskFault.Missing,
        80 or 183 => DiskFault.Exists,
        267 => DiskFault.NotAFolder,
        17 => DiskFault.OtherFileSystem,
        5 => DiskFault.Denied,
        19 => DiskFault.ReadOnly,
        39 or 112 => DiskFault.NoSpace,
        1295 => DiskFault.OverQuota,
        32 or 33 => DiskFault.InUse,
        _ => DiskFault.Other,
    };
}
