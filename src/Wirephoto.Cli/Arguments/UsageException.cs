using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Arguments;

/// <summary>The command line itself is wrong; nothing was sent.</summary>
sealed class UsageException(string message) : WirephotoException(ErrorCode.Usage, message);
