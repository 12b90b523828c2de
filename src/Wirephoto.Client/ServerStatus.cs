using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>How the server does, and who is and was connected.</summary>
/// <param name="Server">The server's numbers.</param>
/// <param name="Sessions">Its sessions, the oldest first.</param>
public sealed record ServerStatus(StatusReply Server, IReadOnlyList<SessionEntry> Sessions);
