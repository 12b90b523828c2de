using System.Net.Sockets;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>
/// How many bytes must be there before Linux says that a socket can be read: SO_RCVLOWAT, socket(7). Who reads very much and is woken for each packet
/// spends a good part of the time on that. One byte is always right; more costs a slow peer's reader <see cref="Moment"/> at most.
/// </summary>
sealed class LowWaterMark : IDisposable
{
    // What is worth a waking. A reader that finds anything there does not wait at all.
    const int Worthwhile = 512 * 1024;

    /// <summary>The longest that bytes are there before their reader is told.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    readonly Lock gate = new();
    readonly Socket socket;
    readonly ITimer timer;
    int mark = 1;

    /// <summary>The mark of a socket, which stays the caller's.</summary>
    public LowWaterMark(Socket socket, TimeProvider clock)
    {
        this.socket = socket;
        timer = clock.CreateTimer(static mark => ((LowWaterMark)mark!).Lower(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From how many bytes to come on it is of use. Well above the other number: it has been lowered before the last of them.</summary>
    public const int Least = 1 << 20;

    /// <summary>The reader is going to wait.</summary>
    public void BeginWait()
    {
        Set(Worthwhile);
        timer.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The wait is over.</summary>
    public void EndWait() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Each byte counts again. Who waits is told of what is there already.</summary>
    public void Lower() => Set(1);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    void Set(int bytes)
    {
        lock (gate)
        {
            if (mark == bytes) return;
            mark = bytes;
            try
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // What is wrong with it shows at the next read.
            }
        }
    }
}
