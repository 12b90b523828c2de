using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>The reply of requests that have nothing to tell: it is done.</summary>
public sealed record DoneReply : Reply
{
    /// <summary>The one instance.</summary>
    public static DoneReply Instance { get; } = new();

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
    }
}
