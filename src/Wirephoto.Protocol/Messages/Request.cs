using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>What a client asks for. Each request is a record in a file of its own, next to its reply.</summary>
public abstract record Request
{
    /// <summary>To be given back with the reply; null: none.</summary>
    public RequestId? Id { get; init; }

    /// <summary>The word in <c>type</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Bytes of the body that follows; null: no body.</summary>
    public virtual long? BodySize => null;

    /// <summary>Writes the head; the bytes are good until the writer is used again.</summary>
    public ReadOnlyMemory<byte> Write(HeadWriter head)
    {
        head.Start();
        head.Text("type", Type);
        head.Id(Id);
        WriteMembers(head);
        head.Number("size", BodySize);
        return head.End();
    }

    /// <summary>Writes what this request has beyond <c>type</c>, <c>id</c> and <c>size</c>.</summary>
    protected abstract void WriteMembers(HeadWriter head);
}
