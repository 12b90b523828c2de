using System.Net.Security;
using System.Net.Sockets;

namespace Wirephoto.Protocol.Transfer.Tls;

/// <summary>What is inside TLS. A read takes all records that are there, as far as there is room; what one write had leaves together.</summary>
sealed class TlsStream(TlsWire wire) : SslStream(wire, leaveInnerStreamOpen: true)
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            for (var more = count; more > 0 && count < buffer.Length && wire.HasRecord; count += more)
                more = await base.ReadAsync(buffer[count..], cancellationToken);
            return count;
        }
        catch (IOException broken) when (broken is not EndOfStreamException && broken.InnerException is not SocketException)
        {
            throw new IOException($"what came is not what the other side sent: {broken.InnerException?.Message ?? broken.Message}", TlsWire.Lost());
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        await wire.SendAsync(cancellationToken);
    }
}
