using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>What a server answers: <c>status</c> is <c>ok</c>, or <c>error</c> for an <see cref="ErrorReply"/>.</summary>
public abstract record Reply
{
    /// <summary>Whether the request was done.</summary>
    public virtual bool Ok => true;

    /// <summary>Bytes of the body that follows; null: no body.</summary>
    public virtual long? BodySize => null;

    /// <summary>Writes the head; the bytes are good until the writer is used again.</summary>
    public ReadOnlyMemory<byte> Write(HeadWriter head, RequestId? id)
    {
        head.Start();
        head.Text("status", Ok ? "ok" : "error");
        head.Id(id);
        WriteMembers(head);
        head.Number("size", BodySize);
        return head.End();
    }

    /// <summary>Writes what this reply has beyond <c>status</c>, <c>id</c> and <c>size</c>.</summary>
    protected abstract void WriteMembers(HeadWriter head);
}
