using System.Runtime.InteropServices;

namespace Wirephoto.Protocol.Transfer;

/// <summary>How many files and connections the process may have open at the same time.</summary>
public static partial class FileHandles
{
    const int OpenFiles = 7; // RLIMIT_NOFILE

    static readonly bool Known = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>How many there may be; where that is not known, more than anybody needs.</summary>
    public static int Most => Known && getrlimit(OpenFiles, out var limit) == 0 ? (int)Math.Min(limit.Soft, int.MaxValue) : int.MaxValue;

    /// <summary>
    /// Lets the process have as many as it is allowed (the hard limit). What it begins with (the soft limit) is often 1,024, for programs that use select(2). The runtime does this
    /// itself in a program that it compiles, but not in one that is native code. Linux only; without the right to do so everything stays as it is.
    /// </summary>
    public static void AllowAll()
    {
        if (Known && getrlimit(OpenFiles, out var limit) == 0 && limit.Soft < limit.Hard) _ = setrlimit(OpenFiles, limit with { Soft = limit.Hard });
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);

    // struct rlimit, where longs have 64 bits.
    readonly record struct Limit(ulong Soft, ulong Hard);
}
