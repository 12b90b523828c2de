using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client;

/// <summary>
/// A local file is in the way (<see cref="ErrorCode.LocalExists"/>), missing (<see cref="ErrorCode.LocalMissing"/>), or can't be read or written
/// (<see cref="ErrorCode.LocalFailed"/>).
/// </summary>
public sealed class LocalFileException(ErrorCode code, string message, Exception? inner = null) : WirephotoException(code, message, inner);
