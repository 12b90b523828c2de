using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client;

/// <summary>
/// Bytes are not what they should be: they differ from their digest (<see cref="ErrorCode.WrongDigest"/>), the local file changed while it was sent
/// (<see cref="ErrorCode.LocalChanged"/>), or the stored image was replaced while it was received (<see cref="ErrorCode.Changed"/>).
/// </summary>
public sealed class IntegrityException(ErrorCode code, string message, Exception? inner = null) : WirephotoException(code, message, inner);
