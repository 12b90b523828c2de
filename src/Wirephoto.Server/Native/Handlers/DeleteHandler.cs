using Wirephoto.Protocol.Messages;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>delete: docs/protocol.md, "delete".</summary>
static class DeleteHandler
{
    /// <summary>Removes an image.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, DeleteRequest delete, CancellationToken cancel)
    {
        await context.Images.DeleteAsync(context.Caller, delete.Filename, delete.Sha256, cancel);
        CrashPoints.Reach(CrashPoint.DeleteReplyReady);
        return new Answer(DoneReply.Instance, "deleted");
    }
}
