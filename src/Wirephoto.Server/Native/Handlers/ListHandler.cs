using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>list: docs/protocol.md, "list".</summary>
static class ListHandler
{
    /// <summary>Gives one page.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, ListRequest list, CancellationToken cancel)
    {
        var (page, place) = await context.Images.ListAsync(list, cancel);
        try
        {
            var lines = new LinesWriter();
            foreach (var entry in page.Entries) lines.Add(new ListEntry(entry.Image?.ToInfo(), entry.Folder?.TrimEnd('/')));
            var message = page.Entries.Count == 0 ? "nothing there" : $"{page.Entries.Count} entries";
            return new Answer(new ListReply(lines.Length, lines.Count, page.Next), message, new LinesBody(lines, place));
        }
        catch
        {
            place?.Dispose();
            throw;
        }
    }
}
