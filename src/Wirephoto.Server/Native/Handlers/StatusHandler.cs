using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>status: docs/protocol.md, "status".</summary>
static class StatusHandler
{
    /// <summary>Tells how the server does and who is and was connected.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, CancellationToken cancel)
    {
        var stored = await context.Images.StatusAsync(cancel);
        var roster = context.Roster;
        var lines = new LinesWriter();
        foreach (var session in roster.Sessions()) lines.Add(session.Write);
        var reply = new StatusReply(
            lines.Length, ServerVersion.Text, roster.Started, context.Clock.GetUtcNow(), roster.Present, context.Options.Limits.Clients,
            stored.Images, stored.Bytes, Math.Min(stored.FreeBytes, ProtocolLimits.Number));
        return new Answer(reply, $"{reply.Clients} clients, {reply.Images} images", new LinesBody(lines));
    }
}
