using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Service;
using Wirephoto.Storage;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>list: docs/protocol.md, "list".</summary>
static class ListHandler
{
    // No more is begun behind these: with one page more, of the longest names, they are below what a client accepts.
    const long MostBytes = ProtocolLimits.LinesBytes / 2;

    /// <summary>
    /// Gives one page. One that is longer than usual is made of several, and takes one of few places until it is sent; while there is none, the page is one of the
    /// usual length.
    /// </summary>
    public static async Task<Answer> HandleAsync(SessionContext context, ListRequest list, CancellationToken cancel)
    {
        var most = Math.Clamp(list.Limit ?? ProtocolLimits.ListEntries, 1, context.Options.Announced.List);
        var lines = new LinesWriter();
        var next = Add(lines, await context.Images.ListAsync(list with { Limit = most }, cancel));
        var place = next is not null && most > ProtocolLimits.ListEntries ? context.Images.LongPages.TryEnter() : null;
        try
        {
            while (place is not null && next is not null && lines.Count < most && lines.Length < MostBytes)
                next = Add(lines, await context.Images.ListAsync(list with { After = next, Limit = most - lines.Count }, cancel));
            return new Answer(new ListReply(lines.Length, lines.Count, next), lines.Count == 0 ? "nothing there" : $"{lines.Count} entries", new LinesBody(lines, place));
        }
        catch
        {
            lines.Dispose();
            place?.Dispose();
            throw;
        }
    }

    static string? Add(LinesWriter lines, ListPage page)
    {
        foreach (var entry in page.Entries) lines.Add(new ListEntry(entry.Image?.ToInfo(), entry.Folder?.TrimEnd('/')));
        return page.Next;
    }
}
