using Wirephoto.Client.Connections;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>A delete of a certain image, which may be repeated: it can't hit another one.</summary>
static class Deletion
{
    /// <summary>Removes the image. Not being there is success if an earlier request, whose reply was lost, may have removed it.</summary>
    public static async Task RunAsync(Link link, DeleteRequest request, CancellationToken cancel)
    {
        var inDoubt = false;
        await link.RunAsync(
            async connection =>
            {
                try
                {
                    return await connection.CallAsync(request, _ => DoneReply.Instance, cancel);
                }
                catch (RefusedException e) when (inDoubt && e.Code == ErrorCode.NotFound)
                {
                    return DoneReply.Instance;
                }
                catch (WirephotoException e) when (Attempts.MayBeDone(e))
                {
                    inDoubt = true;
                    throw;
                }
            },
            cancel);
    }
}
