using System.Runtime.CompilerServices;
using Wirephoto.Client.Connections;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client;

/// <summary>The requests that only ask, so that a lost connection repeats them: stat, and those whose replies are lines.</summary>
static class Queries
{
    /// <summary>What is known of an image, its digest among it.</summary>
    public static Task<ImageInfo> StatAsync(Link link, string filename, CancellationToken cancel) =>
        link.RunAsync(connection => StatAsync(connection, filename, cancel), cancel);

    /// <summary>The same, over a certain connection.</summary>
    public static async Task<ImageInfo> StatAsync(Connection connection, string filename, CancellationToken cancel)
    {
        var image = (await connection.CallAsync(new StatRequest(filename), StatReply.Read, cancel)).Image;
        Names.EnsureSame(filename, image.Filename);
        return image.Sha256 is not null ? image : throw Bad("the reply to 'stat' has no digest");
    }

    /// <summary>The entries of a listing.</summary>
    public static async IAsyncEnumerable<ListEntry> ListAsync(Link link, string folder, bool recursive, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in ListPagesAsync(link, folder, recursive, cancel))
        {
            foreach (var entry in page) yield return entry;
        }
    }

    /// <summary>The pages of a listing, one after the other. The next one is asked for as soon as the reply to this one begins: while its lines arrive and the caller works on them.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ListEntry>> ListPagesAsync(Link link, string folder, bool recursive, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListRequest(folder.Length > 0 ? folder : null, recursive ? true : null, Limit: link.Latest.Server.Limits.List);
        var asked = new ListingPage(link, request, cancel);
        ListingPage? ahead = null;
        var highest = "";
        try
        {
            for (; asked is not null; (asked, ahead) = (ahead, null))
            {
                if (await asked.NextAsync() is { } begun) ahead = asked.Next(begun);
                var (page, entries) = await asked.Reply;

                // Each entry is above those before it, and each page has one: a server that goes round in circles, or does not get on, would keep its
                // client turning for ever.
                if (page.Next is not null && (entries.Count == 0 || page.Next == asked.Request.After)) throw Bad("the listing has a next page, but does not get on");
                foreach (var entry in entries) highest = Above(highest, NameOf(entry));

                // A page that was asked for twice, because its connection was lost, can end elsewhere than it did the first time.
                if (page.Next != ahead?.Request.After)
                {
                    ahead?.Forget();
                    ahead = page.Next is null ? null : asked.Next(page.Next);
                }

                yield return entries;
            }
        }
        finally
        {
            asked?.Forget();
            ahead?.Forget();
        }
    }

    /// <summary>Which of these images the server has, in requests of as many digests as fit.</summary>
    public static async Task<IReadOnlyList<HaveEntry>> HaveAsync(Link link, IReadOnlyList<Digest> digests, CancellationToken cancel)
    {
        var most = (int)Math.Min(link.Latest.Server.Limits.Have, ProtocolLimits.HaveDigests);
        var entries = new List<HaveEntry>(digests.Count);
        foreach (var part in digests.Chunk(most))
        {
            entries.AddRange(await link.CallAsync(
                new HaveRequest(part), async (_, body, ended) => await ReadLinesAsync(body, HaveEntry.Read, ended), cancel));
            if (!entries.Skip(entries.Count - part.Length).Select(entry => entry.Sha256).SequenceEqual(part))
                throw Bad("the reply to 'have' is about other digests than were asked for");
        }

        return entries;
    }

    /// <summary>The server's numbers and sessions.</summary>
    public static Task<ServerStatus> StatusAsync(Link link, CancellationToken cancel) => link.CallAsync(
        new StatusRequest(),
        async (head, body, ended) =>
        {
            var reply = StatusReply.Read(head);
            return new ServerStatus(reply, await ReadLinesAsync(body, SessionEntry.Read, ended));
        },
        cancel);

    static async ValueTask<IReadOnlyList<T>> ReadLinesAsync<T>(BodyReader body, Func<Head, T> read, CancellationToken ended)
    {
        var bytes = await body.ReadAllAsync(ProtocolLimits.LinesBytes, ended);
        return [.. LinesReader.Read(bytes).Select(read)];
    }

    static string Above(string highest, string name) => Utf8Order.Instance.Compare(name, highest) > 0
        ? name
        : throw Bad($"the listing is out of order: '{name}' behind '{highest}'");

    static string NameOf(ListEntry entry) => entry.Image?.Filename ?? entry.Folder + "/";

    static ConnectionException Bad(string message) => new(ErrorCode.BadReply, message);
}
