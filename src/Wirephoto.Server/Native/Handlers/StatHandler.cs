using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>stat: docs/protocol.md, "stat".</summary>
static class StatHandler
{
    /// <summary>Tells what is known of an image.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, StatRequest stat, CancellationToken cancel)
    {
        var image = await context.Images.StatAsync(stat.Filename, cancel);
        return new Answer(new StatReply(image.ToInfo()), $"{image.Length} bytes");
    }
}
