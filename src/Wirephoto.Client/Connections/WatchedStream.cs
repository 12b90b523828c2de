using System.Net.Sockets;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Client.Connections;

/// <summary>A socket's stream whose waits are watched for silence; it owns the socket.</summary>
sealed class WatchedStream(Socket socket, SilenceWatch silence) : SocketStream(socket)
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        silence.WaitBegins();
        try
        {
            return await base.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            silence.WaitEnds();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        silence.WaitBegins();
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            silence.WaitEnds();
        }
    }
}
