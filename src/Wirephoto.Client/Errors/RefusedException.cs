using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>The server's error reply: it understood the request and refused it, or failed at it.</summary>
public sealed class RefusedException : WirephotoException
{
    /// <summary>Takes over an error reply.</summary>
    public RefusedException(ErrorReply reply)
        : base(reply.Code, reply.Message) => Details = reply.Details;
}
