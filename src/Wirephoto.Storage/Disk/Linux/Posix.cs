using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>
/// The system calls that .NET does not offer: everything relative to an open folder, never following a link, and link(2), which is what
/// makes "never overwrites" a promise of the kernel. Failures are <see cref="IOException"/>s whose HResult is the error number.
/// </summary>
static partial class Posix
{
    /// <summary>How to open a file.</summary>
    public const int ReadOnly = 0, ReadWrite = 2, Create = 0x40, Exclusive = 0x80;

    const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    const int NamelessFile = 0x400000, FollowLink = 0x400, CurrentFolder = -100;
    const uint NewFileMode = 0x1A4; // rw-r--r--, less the umask
    const int SetStatusFlags = 4;
    const int LockExclusive = 2, LockWithoutWaiting = 4;
    const int DoNotFollow = 0x100, EmptyPath = 0x1000, EffectiveAccess = 0x200;
    const uint BasicStatsAndBirth = 0xFFF;
    const int WritableAndSearchable = 2 | 1;
    const uint WriteRange = 2;
    const int DontNeed = 4;
    const nint Unchanged = 0x3FFFFFFE;

    // The two flags that Linux numbers differently on ARM.
    static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
    static readonly int FolderOnly = Arm ? 0x4000 : 0x10000;

    // Without it a nameless file can't be given a name.
    static readonly bool Proc = Directory.Exists("/proc/self/fd");

    static volatile bool linksDescriptors = true;

    /// <summary>Opens a folder by its path on the machine; links on the way are the owner's business.</summary>
    public static SafeFileHandle OpenFolder(string path) => Opened(openat(CurrentFolder, path, FolderOnly | CloseOnExec, 0), "open");

    /// <summary>Opens a folder inside another; a link in its place is refused with ENOTDIR or ELOOP.</summary>
    public static SafeFileHandle OpenFolder(SafeFileHandle folder, string name) =>
        Opened(openat(folder, name, FolderOnly | NoFollow | CloseOnExec, 0), "open");

    /// <summary>Opens a file inside a folder; a link in its place is refused, and a pipe does not block.</summary>
    public static SafeFileHandle OpenFile(SafeFileHandle folder, string name, int access)
    {
        var file = Opened(openat(folder, name, access | NoFollow | NonBlocking | CloseOnExec, NewFileMode), "open");
        fcntl(file, SetStatusFlags, 0);
        return file;
    }

    /// <summary>Makes a file that has no name yet, see O_TMPFILE in open(2); null: the file system has no such files.</summary>
    public static SafeFileHandle? CreateNameless(SafeFileHandle folder)
    {
        if (!Proc) return null;
        var descriptor = openat(folder, ".", ReadWrite | NamelessFile | FolderOnly | CloseOnExec, NewFileMode);
        if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
        return Marshal.GetLastPInvokeError() is Errno.NotSupported or Errno.IsAFolder or Errno.NoEntry or Errno.Invalid ? null : throw Failure("create");
    }

    /// <summary>Gives a nameless file its name; false: the name is taken, by whatever it may be.</summary>
    public static bool LinkNameless(SafeFileHandle file, SafeFileHandle toFolder, string to)
    {
        // By its descriptor alone, for which Linux before 6.10 wants a privilege. Its entry in /proc can be followed by everyone; that takes twice as long.
        if (linksDescriptors)
        {
            if (linkat(file, "", toFolder, to, EmptyPath) == 0) return true;
            if (Marshal.GetLastPInvokeError() == Errno.Exists) return false;
        }

        if (linkat(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", toFolder, to, FollowLink) == 0)
        {
            linksDescriptors = false;
            return true;
        }

        return Marshal.GetLastPInvokeError() == Errno.Exists ? false : throw Failure("link");
    }

    /// <summary>Writes all of it at a position.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = (int)pwrite(file, bytes, (nuint)bytes.Length, (nint)offset);
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted) throw Failure("write");
            bytes = bytes[Math.Max(0, count)..];
            offset += Math.Max(0, count);
        }
    }

    /// <summary>Sets a file's date of change, to the nanosecond; its date of use stays.</summary>
    public static void SetModified(SafeFileHandle file, DateTimeOffset date)
    {
        var (seconds, ticks) = Math.DivRem((date - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
        if (ticks < 0) (seconds, ticks) = (seconds - 1, ticks + TimeSpan.TicksPerSecond);
        Check(futimens(file, [new FileTime(0, Unchanged), new FileTime((nint)seconds, (nint)ticks * 100)]), "date");
    }

    /// <summary>Takes the lock of a file, which ends with its handle or with the process; false: somebody else has it.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        if (flock(file, LockExclusive | LockWithoutWaiting) == 0) return true;
        return Marshal.GetLastPInvokeError() == Errno.WouldBlock ? false : throw Failure("lock");
    }

    public static void MakeFolder(SafeFileHandle folder, string name) => Check(mkdirat(folder, name, 0x1ED /* rwxr-xr-x, less the umask */), "create");

    public static FileStat Stat(SafeFileHandle file)
    {
        Check(statx(file, "", EmptyPath, BasicStatsAndBirth, out var answer), "look at");
        return answer.ToFileStat();
    }

    /// <summary>What has this name in a folder, links themselves included; null: nothing.</summary>
    public static FileStat? Stat(SafeFileHandle folder, string name)
    {
        if (statx(folder, name, DoNotFollow, BasicStatsAndBirth, out var answer) == 0) return answer.ToFileStat();
        return Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.NotAFolder or Errno.NameTooLong ? null : throw Failure("look at");
    }

    /// <summary>Gives a file a second name; false: the name is taken, by whatever it may be.</summary>
    public static bool Link(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to)
    {
        if (linkat(fromFolder, from, toFolder, to, 0) == 0) return true;
        return Marshal.GetLastPInvokeError() == Errno.Exists ? false : throw Failure("link");
    }

    public static void Rename(SafeFileHandle folder, string from, string to) => Check(renameat(folder, from, folder, to), "rename");

    /// <summary>Removes a name; false: there was none.</summary>
    public static bool Unlink(SafeFileHandle folder, string name)
    {
        if (unlinkat(folder, name, 0) == 0) return true;
        return Marshal.GetLastPInvokeError() == Errno.NoEntry ? false : throw Failure("remove");
    }

    /// <summary>Flushes a file's bytes and facts to the medium.</summary>
    public static void Flush(SafeFileHandle file)
    {
        while (fsync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.Interrupted) throw Failure("flush");
        }
    }

    /// <summary>Flushes a folder's names to the medium; file systems that can't flush a folder keep their names safe by themselves.</summary>
    public static void FlushFolder(SafeFileHandle folder)
    {
        try
        {
            Flush(folder);
        }
        catch (IOException e) when (e.HResult == Errno.Invalid)
        {
        }
    }

    /// <summary>Asks the kernel to begin to write a range back, so that the flush at the end finds little left. Only a hint: failures don't matter.</summary>
    public static void BeginWriteBack(SafeFileHandle file, long offset, long length) => sync_file_range(file, offset, length, WriteRange);

    /// <summary>Drops the pages of a file that are not waiting to be written. Only a hint: failures don't matter.</summary>
    public static void ForgetCached(SafeFileHandle file) => posix_fadvise(file, 0, 0, DontNeed);

    /// <summary>Refuses a folder that this process may not create names in.</summary>
    public static void EnsureWritable(SafeFileHandle folder) => Check(faccessat(folder, ".", WritableAndSearchable, EffectiveAccess), "write to");

    static SafeFileHandle Opened(int descriptor, string verb) => descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(verb);

    static void Check(int result, string verb)
    {
        if (result != 0) throw Failure(verb);
    }

    internal static IOException Failure(string verb)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{verb}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

#pragma warning disable IDE1006, SYSLIB1092 // the names are the system's
    const string C = "libc";

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int folder, string path, int flags, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(SafeFileHandle folder, string path, int flags, uint mode);

    [LibraryImport(C, SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, int argument);

    [LibraryImport(C, SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(SafeFileHandle folder, string path, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle folder, string path, int flags, uint mask, out Statx answer);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(int fromFolder, string from, SafeFileHandle toFolder, string to, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(SafeFileHandle folder, string path, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint pwrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, nuint count, nint offset);

    [LibraryImport(C, SetLastError = true)]
    private static partial int futimens(SafeFileHandle file, ReadOnlySpan<FileTime> usedAndModified);

    [LibraryImport(C, SetLastError = true)]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    // Where the C library takes shorter numbers, the advice arrives as 0, which is none.
    [LibraryImport(C, SetLastError = true)]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int faccessat(SafeFileHandle folder, string path, int mode, int flags);
#pragma warning restore IDE1006, SYSLIB1092

    // struct timespec where a pointer has 64 bits.
    readonly record struct FileTime(nint Seconds, nint Nanoseconds);
}
