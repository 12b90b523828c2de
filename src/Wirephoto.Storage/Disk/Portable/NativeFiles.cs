using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Portable;

/// <summary>The two things that .NET offers on no system: a second name for a file, and flushing a folder.</summary>
static partial class NativeFiles
{
    // Paths from here on need the prefix that lifts Windows' old limit of 260 characters.
    const int LongPath = 240;

    /// <summary>Gives a file a second name, atomically; false: the name is taken.</summary>
    public static bool TryLink(string from, string to)
    {
        if (OperatingSystem.IsWindows()) return CreateHardLinkW(Extended(to), Extended(from), IntPtr.Zero) || IsTaken("link");
        return link(from, to) == 0 || IsTaken("link");
    }

    // False: the last call failed because the name is taken.
    static bool IsTaken(string verb)
    {
        var failure = Failure(verb);
        return DiskFaults.Of(failure) == DiskFault.Exists ? false : throw failure;
    }

    /// <summary>
    /// Flushes a folder's names. On Windows this does nothing, because a folder can't be flushed there: NTFS writes changes of names to its journal in the order in
    /// which they were made and replays it after a loss of power. What can be lost are the last changes, never an earlier one or half of one.
    /// </summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = open(path, 0 /* O_RDONLY */);

        // Another program removed the folder, with all that was to be flushed; what is left of that is a change of the folder above.
        while (descriptor < 0 && Failure("open") is var failure)
        {
            if (DiskFaults.Of(failure) != DiskFault.Missing || Path.GetDirectoryName(path) is not { } parent) throw failure;
            descriptor = open(path = parent, 0);
        }

        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(folder);
    }

    [SupportedOSPlatform("windows")]
    static string Extended(string path)
    {
        if (path.Length < LongPath || path.StartsWith(@"\\?\", StringComparison.Ordinal)) return path;
        return path.StartsWith(@"\\", StringComparison.Ordinal) ? string.Concat(@"\\?\UNC\", path.AsSpan(2)) : @"\\?\" + path;
    }

    static IOException Failure(string verb)
    {
        var error = Marshal.GetLastPInvokeError();
        var result = OperatingSystem.IsWindows() ? unchecked((int)0x80070000) | error : error;
        return new IOException($"{verb}: {Marshal.GetPInvokeErrorMessage(error)}", result);
    }

#pragma warning disable IDE1006, SYSLIB1092 // the systems' own names
    [LibraryImport("kernel32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [SupportedOSPlatform("windows")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLinkW(string newName, string existing, IntPtr reserved);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string newName);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
#pragma warning restore IDE1006, SYSLIB1092
}
