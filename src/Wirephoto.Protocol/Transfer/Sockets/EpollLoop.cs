using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>
/// Tells who waits for a socket that it can go on: epoll(7), with one thread for all sockets. Each wait is asked for anew and told once (EPOLLONESHOT): .NET's own way is told of each packet, also while nobody
/// waits. Linux only.
/// </summary>
sealed partial class EpollLoop : IThreadPoolWorkItem
{
    // Linux, sys/epoll.h.
    const int CloseOnExec = 0x80000;
    const int AddSocket = 1, ChangeSocket = 3;
    const uint In = 0x1, Out = 0x4, Error = 0x8, HangUp = 0x10, OneShot = 1u << 30;

    // errno(3): ENOENT, EINTR.
    const int NoSuchEntry = 2, Interrupted = 4;

    // One system call tells of so many at most.
    const int EventsMost = 256;

    // A worker of the pool that has told of so many lets others have a turn.
    const int TurnMost = 16;

    // The events of an entry in four bytes, then its id in eight: without a gap on x86, with one elsewhere.
    static readonly int IdOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    static readonly int EventSize = IdOffset + sizeof(long);

    readonly SafeFileHandle epoll;
    readonly ConcurrentDictionary<long, WatchedSocket> sockets = new();
    readonly ConcurrentQueue<(uint Events, long Id)> due = new();
    long lastId;
    int scheduled;

    EpollLoop(SafeFileHandle epoll)
    {
        this.epoll = epoll;
        new Thread(Run) { IsBackground = true, Name = "wirephoto sockets" }.Start();
    }

    /// <summary>The one of this process; null where the system has none.</summary>
    public static EpollLoop? Instance { get; } = Start();

    /// <summary>Knows a socket from now on; it is not watched yet.</summary>
    /// <returns>Its id.</returns>
    public long Add(WatchedSocket socket)
    {
        var id = Interlocked.Increment(ref lastId);
        sockets[id] = socket;
        return id;
    }

    /// <summary>Forgets a socket, which is going to be closed: the system then forgets it too.</summary>
    public void Remove(WatchedSocket socket) => sockets.TryRemove(socket.Id, out _);

    /// <summary>Watches a socket for these, until it tells of any: what is there already counts.</summary>
    /// <exception cref="IOException">The system has no room for it.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Arm(WatchedSocket socket, bool read, bool write)
    {
        var events = OneShot | (read ? In : 0) | (write ? Out : 0);
        var error = Control(ChangeSocket, socket, events);
        if (error == NoSuchEntry) error = Control(AddSocket, socket, events);
        if (error != 0) throw new IOException($"a connection can't be watched: {Marshal.GetPInvokeErrorMessage(error)}", new SocketException((int)SocketError.NoBufferSpaceAvailable));
    }

    int Control(int what, WatchedSocket socket, uint events)
    {
        Span<byte> entry = stackalloc byte[EventSize];
        MemoryMarshal.Write(entry, in events);
        MemoryMarshal.Write(entry[IdOffset..], socket.Id);
        return epoll_ctl(epoll, what, socket.Handle, entry) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    void Run()
    {
        // Pinned for good: each call would pin it for as long as it waits.
        Span<byte> entries = GC.AllocateUninitializedArray<byte>(EventsMost * EventSize, pinned: true);
        while (true)
        {
            var count = epoll_wait(epoll, entries, EventsMost, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() is var error && error != Interrupted)
                throw new IOException($"connections can't be watched any more: {Marshal.GetPInvokeErrorMessage(error)}");
            for (var rest = entries; count > 0; count--, rest = rest[EventSize..]) due.Enqueue((MemoryMarshal.Read<uint>(rest), MemoryMarshal.Read<long>(rest[IdOffset..])));
            Schedule();
        }
    }

    // One worker is asked for at a time, who asks for the next one: not a change of threads for each socket, nor one socket that holds up all others.
    void Schedule()
    {
        if (!due.IsEmpty && Interlocked.Exchange(ref scheduled, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref scheduled, 0);
        for (var turn = 0; turn < TurnMost && due.TryDequeue(out var next); turn++)
        {
            Schedule();
            Notify(next.Events, next.Id);
        }
    }

    // A failure shows to both sides when they try.
    void Notify(uint events, long id)
    {
        if (!sockets.TryGetValue(id, out var socket)) return;
        var failed = (events & (Error | HangUp)) != 0;
        socket.Notify(failed || (events & In) != 0, failed || (events & Out) != 0);
    }

    static EpollLoop? Start()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var epoll = epoll_create1(CloseOnExec);
        return epoll.IsInvalid ? null : new EpollLoop(epoll);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle epoll, int what, SafeSocketHandle socket, ReadOnlySpan<byte> entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle epoll, Span<byte> entries, int most, int milliseconds);
}
