using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Net;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>get: docs/protocol.md, "get".</summary>
static class GetHandler
{
    /// <summary>Opens the image; its bytes are sent when their turn comes.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, GetRequest get, CancellationToken cancel)
    {
        var open = await context.Images.OpenAsync(get.Filename, cancel);
        try
        {
            var length = open.Image.Length;
            var offset = get.Offset ?? 0;
            if (offset > length) throw new WirephotoException(ErrorCode.BadRequest, $"'offset' {offset} is beyond the image's {length} bytes");

            var size = Math.Min(get.Length ?? length, length - offset);
            return new Answer(new GetReply(open.Image.ToInfo(), offset, size), $"{size} bytes", new ImageReplyBody(new ImageBody(open, offset, size)));
        }
        catch
        {
            await open.DisposeAsync();
            throw;
        }
    }
}
