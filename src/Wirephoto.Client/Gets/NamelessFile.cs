using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Client.Gets;

/// <summary>
/// A file that has no name before it is whole (O_TMPFILE in open(2), Linux): however the run ends, nothing is left of it. It costs less than a name that is removed again.
/// The folder is held open, so that whatever takes its place meanwhile, a link that leads elsewhere for instance, gets nothing.
/// </summary>
/// <remarks>The server has the same for its folders: Wirephoto.Storage/Disk/Linux/Posix.cs.</remarks>
static partial class NamelessFile
{
    const int ReadWrite = 2, CloseOnExec = 0x80000, Nameless = 0x400000, OnlyAPlace = 0x200000;
    const int CurrentFolder = -100, FollowLink = 0x400, EmptyPath = 0x1000;
    const int AlreadyExists = 17; // EEXIST
    const uint NewFileMode = 0x1B6; // rw-rw-rw-, less the umask

    // O_DIRECTORY, which Linux numbers differently on ARM.
    static readonly int FolderOnly = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>Opens a folder for such files; null: there are none here.</summary>
    public static SafeFileHandle? TryOpenFolder(string path) =>
        OperatingSystem.IsLinux() ? Opened(openat(CurrentFolder, path, OnlyAPlace | FolderOnly | CloseOnExec, 0)) : null;

    /// <summary>Makes one in a folder; null: there are none here.</summary>
    public static SafeFileHandle? TryCreate(SafeFileHandle folder) => Opened(openat(folder, ".", ReadWrite | Nameless | FolderOnly | CloseOnExec, NewFileMode));

    /// <summary>Gives it a name in its folder; false: the name is taken.</summary>
    /// <exception cref="IOException">It can't have one.</exception>
    public static bool TryGive(SafeFileHandle file, SafeFileHandle folder, string name)
    {
        // By its descriptor alone Linux allows that since 6.10, and before with a privilege; by its entry in /proc always.
        if (linkat(file, "", folder, name, EmptyPath) == 0) return true;
        if (Marshal.GetLastPInvokeError() == AlreadyExists) return false;
        if (linkat(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", folder, name, FollowLink) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists ? false : throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    static SafeFileHandle? Opened(int descriptor) => descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;

#pragma warning disable IDE1006, SYSLIB1092 // the names are the system's
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int folder, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(SafeFileHandle folder, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(SafeFileHandle from, string path, SafeFileHandle toFolder, string to, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(int fromFolder, string from, SafeFileHandle toFolder, string to, int flags);
#pragma warning restore IDE1006, SYSLIB1092
}
