using System.Net.Sockets;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// A socket's stream whose reader lets others run once before it waits. Where all cores are busy, that is often the peer, which then has sent more: to wait and be
/// woken costs several changes of threads, two of them in the loop that watches all sockets.
/// </summary>
sealed class YieldingStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of no bytes is the look whether there are any.
        if (buffer.IsEmpty && IsDry()) Thread.Yield();
        return base.ReadAsync(buffer, cancellationToken);
    }

    bool IsDry()
    {
        try
        {
            return Socket.Available == 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // What is wrong with it shows at the read.
            return false;
        }
    }
}
