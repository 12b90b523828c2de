using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>hello: docs/protocol.md, "hello".</summary>
static class HelloHandler
{
    /// <summary>Agrees on the protocol, or refuses.</summary>
    public static Answer Handle(SessionContext context, HelloRequest hello, bool first)
    {
        if (!first) throw new WirephotoException(ErrorCode.BadRequest, "hello comes before every other request, or not at all");
        if (hello.Protocol != ProtocolLimits.Version)
        {
            throw new WirephotoException(ErrorCode.UnsupportedProtocol, $"this server speaks protocol {ProtocolLimits.Version}, not {hello.Protocol}")
            {
                Details = new() { Versions = [ProtocolLimits.Version] },
            };
        }

        if (hello.Token is not null) throw new WirephotoException(ErrorCode.BadToken, "this server has no users: connect without a token");
        return new Answer(
            new HelloReply(ProtocolLimits.Version, ServerVersion.Text, context.Caller.Name, context.Options.Types.All, context.Options.Announced, []),
            hello.Client ?? "");
    }
}
