using Wirephoto.Protocol.Messages;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>say: docs/protocol.md, "say".</summary>
static class SayHandler
{
    /// <summary>Acknowledges a text.</summary>
    public static Answer Handle(SayRequest say) => new(new SayReply(say.Text + " ACK"), say.Text);
}
