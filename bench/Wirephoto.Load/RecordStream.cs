using System.Net.Sockets;

namespace Wirephoto.Load;

/// <summary>A blocking socket below an SslStream, which reads and writes record by record: many at once here. What was written leaves before the next wait for the peer.</summary>
sealed class RecordStream(Socket socket) : NetworkStream(socket)
{
    // As much in each call as made it fastest where both ends shared two cores.
    readonly byte[] input = new byte[1 << 20];
    readonly byte[] output = new byte[512 * 1024];
    int begin;
    int end;
    int collected;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (begin == end)
        {
            Flush();
            (begin, end) = (0, Socket.Receive(input));
        }

        var count = Math.Min(buffer.Length, end - begin);
        input.AsSpan(begin, count).CopyTo(buffer);
        begin += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (collected + buffer.Length > output.Length) Flush();
        buffer.CopyTo(output.AsSpan(collected));
        collected += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        for (var sent = 0; sent < collected;) sent += Socket.Send(output, sent, collected - sent, SocketFlags.None);
        collected = 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
}
