using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>
/// A queue of the kernel that tells what happens in folders, see inotify(7). One thread uses it; <see cref="Stop"/> may come from any other, and the
/// owner disposes of it after that thread.
/// </summary>
sealed partial class Inotify : IDisposable
{
    // What comes, goes, is written and closed, or gets another date. Not every piece that is written: who copies closes the file in the end.
    const uint Wanted = InotifyEvent.Attributes | InotifyEvent.CloseWrite | InotifyEvent.MovedFrom | InotifyEvent.MovedTo | InotifyEvent.Create | InotifyEvent.Delete;

    const uint OnlyFolders = 0x1000000, DontFollow = 0x2000000, NotUnlinked = 0x4000000;
    const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    const short Readable = 1;

    readonly SafeFileHandle queue, stop;
    volatile bool isStopping;

    /// <summary>Makes an empty queue.</summary>
    /// <exception cref="IOException">The user has too many of them already, or the process too many open files (EMFILE).</exception>
    public Inotify()
    {
        queue = Opened(inotify_init1(CloseOnExec | NonBlocking));
        try
        {
            stop = Opened(eventfd(0, CloseOnExec | NonBlocking));
        }
        catch
        {
            queue.Dispose();
            throw;
        }
    }

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool IsStopping => isStopping;

    /// <summary>Watches a folder, not what is below it; the number is the one it had already, if it is watched. Null: there is no such folder, or it may not be read.</summary>
    /// <exception cref="IOException">The user has no watch left (ENOSPC).</exception>
    public int? Watch(string path)
    {
        var watch = inotify_add_watch(queue, path, Wanted | OnlyFolders | DontFollow | NotUnlinked);
        if (watch >= 0) return watch;
        return Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.NotAFolder or Errno.AccessDenied or Errno.NameTooLong or Errno.Loop ? null : throw Failure();
    }

    /// <summary>Ends a watch; one that has ended by itself is no error. What it has told already may still be read.</summary>
    public void Forget(int watch) => inotify_rm_watch(queue, watch);

    /// <summary>Sleeps until something has happened; false: <see cref="Stop"/> was called.</summary>
    public bool Wait() => !Poll([new PollFd(queue), new PollFd(stop)], -1) || !isStopping;

    /// <summary>Lets time pass; false: <see cref="Stop"/> was called.</summary>
    public bool Pause(TimeSpan time)
    {
        Poll([new PollFd(stop)], (int)time.TotalMilliseconds);
        return !isStopping;
    }

    /// <summary>Takes what has happened, as many whole records as fit, see <see cref="InotifyEvents"/>; 0: nothing.</summary>
    public int Read(Span<byte> buffer)
    {
        var count = (int)read(queue, buffer, (nuint)buffer.Length);
        if (count >= 0) return count;
        return Marshal.GetLastPInvokeError() is Errno.WouldBlock or Errno.Interrupted ? 0 : throw Failure();
    }

    /// <summary>Ends all waiting, now and from now on.</summary>
    public void Stop()
    {
        isStopping = true;
        var one = 1UL;
        write(stop, MemoryMarshal.AsBytes(new Span<ulong>(ref one)), sizeof(ulong));
    }

    // False: the time is over, or a signal came.
    static bool Poll(Span<PollFd> queues, int milliseconds)
    {
        var count = poll(queues, (nuint)queues.Length, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted) throw Failure();
        return count > 0;
    }

    static SafeFileHandle Opened(int descriptor) => descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure();

    // The system's own words for these are about disks and files.
    static IOException Failure() => Marshal.GetLastPInvokeError() switch
    {
        Errno.NoSpace => new IOException("the user has no watch left", Errno.NoSpace),
        Errno.TooManyFiles => new IOException("the user has too many queues of watches, or the process too many open files", Errno.TooManyFiles),
        _ => Posix.Failure("watch"),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        queue.Dispose();
        stop.Dispose();
    }

    [StructLayout(LayoutKind.Sequential)]
    struct PollFd(SafeFileHandle handle)
    {
        public int Descriptor = (int)handle.DangerousGetHandle();
        public short Events = Readable;
        public short Happened;
    }

#pragma warning disable IDE1006, SYSLIB1092 // the names are the system's
    const string C = "libc";

    [LibraryImport(C, SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(SafeFileHandle queue, string path, uint mask);

    [LibraryImport(C, SetLastError = true)]
    private static partial int inotify_rm_watch(SafeFileHandle queue, int watch);

    [LibraryImport(C, SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial int poll(Span<PollFd> queues, nuint count, int milliseconds);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint read(SafeFileHandle queue, Span<byte> buffer, nuint length);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint write(SafeFileHandle queue, ReadOnlySpan<byte> buffer, nuint length);
#pragma warning restore IDE1006, SYSLIB1092
}
