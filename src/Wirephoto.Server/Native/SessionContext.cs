using Wirephoto.Server.Logging;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Native;

/// <summary>What a session works with; the same for every front.</summary>
/// <param name="Caller">The client.</param>
/// <param name="Images">The rules.</param>
/// <param name="Roster">Who is and was connected.</param>
/// <param name="Options">What the owner asked for.</param>
/// <param name="Clock">Time.</param>
/// <param name="Log">Where it is told.</param>
/// <param name="Replies">Places for replies that wait, on all connections together, beyond those that each has of its own.</param>
/// <param name="Draining">Cancelled when the server stops: no new request is begun.</param>
public sealed record SessionContext(
    Caller Caller, ImageService Images, ClientRoster Roster, ServerOptions Options, TimeProvider Clock, ServerLog Log, SemaphoreSlim Replies, CancellationToken Draining);
