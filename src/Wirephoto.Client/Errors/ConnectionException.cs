using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client;

/// <summary>
/// No connection (<see cref="ErrorCode.NoConnection"/>, the request was not sent), a lost one (<see cref="ErrorCode.InDoubt"/>, it may have been done), a silent one
/// (<see cref="ErrorCode.Timeout"/>), one to something that does not speak the protocol (<see cref="ErrorCode.BadReply"/>),
/// or to a server whose certificate is not good enough (<see cref="ErrorCode.Untrusted"/>).
/// </summary>
public sealed class ConnectionException(ErrorCode code, string message, Exception? inner = null) : WirephotoException(code, message, inner);
