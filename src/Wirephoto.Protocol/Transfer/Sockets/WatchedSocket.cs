using System.Net.Sockets;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>The waits of one socket: for something to read and for room to write, one of each at a time. A wait may also end for nothing: whoever waited tries, and waits again.</summary>
sealed class WatchedSocket : IDisposable
{
    readonly Lock gate = new();
    readonly EpollLoop loop;
    readonly SocketWait reading = new();
    readonly SocketWait writing = new();
    bool closed;

    /// <summary>A socket that nobody waits for yet. It stays the caller's, who disposes this before it.</summary>
    public WatchedSocket(EpollLoop loop, SafeSocketHandle socket)
    {
        this.loop = loop;
        Handle = socket;
        Id = loop.Add(this);
    }

    /// <summary>The socket.</summary>
    public SafeSocketHandle Handle { get; }

    /// <summary>By what the loop knows it.</summary>
    public long Id { get; }

    /// <summary>Waits until there is something to read, or until the peer or this end has ended the connection.</summary>
    public ValueTask ReadableAsync(CancellationToken cancel) => WaitAsync(reading, cancel);

    /// <summary>Waits until there is room for something to write, or until the connection is lost.</summary>
    public ValueTask WritableAsync(CancellationToken cancel) => WaitAsync(writing, cancel);

    ValueTask WaitAsync(SocketWait wait, CancellationToken cancel)
    {
        var task = wait.Begin(cancel);
        Arm();
        return task;
    }

    /// <summary>Ends those waits that can be tried again, and goes on with the other.</summary>
    internal void Notify(bool readable, bool writable)
    {
        var (read, write) = (readable && reading.TryEnd(), writable && writing.TryEnd());

        // One side never waits for what the other has to do: it is armed again before, or goes on elsewhere.
        Arm();
        if (write) writing.GoOn(inline: !read);
        if (read) reading.GoOn(inline: true);
    }

    // For whoever waits now.
    void Arm()
    {
        Exception? failed = null;
        lock (gate)
        {
            var (read, write) = (reading.IsWaiting, writing.IsWaiting);
            if (!read && !write) return;
            try
            {
                if (closed) failed = Ended();
                else loop.Arm(this, read, write);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                failed = e;
            }
        }

        // Outside: what follows may wait again.
        if (failed is null) return;
        reading.Fail(failed);
        writing.Fail(failed);
    }

    /// <summary>Ends both waits, and all that come.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        loop.Remove(this);
        reading.Fail(Ended());
        writing.Fail(Ended());
    }

    static IOException Ended() => SocketStream.Lost(SocketError.OperationAborted);
}
