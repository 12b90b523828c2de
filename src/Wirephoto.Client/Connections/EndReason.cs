using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Connections;

/// <summary>Why a connection ended: the first reason wins.</summary>
/// <param name="Code"><see cref="ErrorCode.InDoubt"/> for a lost one, or <see cref="ErrorCode.Timeout"/> or <see cref="ErrorCode.BadReply"/>.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="Cause">The failure of the socket, if any.</param>
/// <param name="Farewell">The error that the server sent before it closed, to nobody's request.</param>
sealed record EndReason(ErrorCode Code, string Message, Exception? Cause = null, ErrorReply? Farewell = null)
{
    /// <summary>The reason that a failure while reading replies stands for.</summary>
    public static EndReason Of(Exception failure) => failure switch
    {
        ConnectionException own => new(own.Code, own.Message, own),
        WirephotoException bad => new(ErrorCode.BadReply, $"the server's reply does not follow the protocol: {bad.Message}", bad),
        EndOfStreamException cut => new(ErrorCode.InDoubt, cut.Message, cut),
        _ => new(ErrorCode.InDoubt, $"the connection was lost: {failure.Message}", failure),
    };

    /// <summary>What a call fails with; one of which no byte was sent is certainly not done.</summary>
    public ConnectionException For(bool sent) => new(sent ? Code : ErrorCode.NoConnection, Message, Cause);
}
