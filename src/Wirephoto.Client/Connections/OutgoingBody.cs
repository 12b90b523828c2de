namespace Wirephoto.Client.Connections;

/// <summary>The body of a request, in a buffer with room before it. A head that fits there leaves in one write with the body, and none of its bytes is copied.</summary>
readonly struct OutgoingBody
{
    /// <summary>Bytes of room at the start of the buffer. Most heads take a quarter of it; one that takes more leaves before its body.</summary>
    public const int Room = 1024;

    readonly Memory<byte> buffer;

    /// <summary>The body that stands in the buffer behind <see cref="Room"/>. It must not be changed before its request is written.</summary>
    public OutgoingBody(Memory<byte> buffer) => this.buffer = buffer;

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.IsEmpty ? default : buffer[Room..];

    /// <summary>The head and the body behind it as one piece, if the head fits into the room.</summary>
    public bool TryPrepend(ReadOnlyMemory<byte> head, out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (buffer.IsEmpty || head.Length > Room) return false;
        head.CopyTo(buffer[(Room - head.Length)..]);
        message = buffer[(Room - head.Length)..];
        return true;
    }
}
