using Wirephoto.Client.Connections;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client;

/// <summary>A page of a listing that was asked for.</summary>
sealed class ListingPage
{
    readonly Link link;
    readonly CancellationToken cancel;
    readonly TaskCompletionSource<string?> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int attempts;

    /// <summary>Asks for a page.</summary>
    public ListingPage(Link link, ListRequest request, CancellationToken cancel)
    {
        this.link = link;
        this.cancel = cancel;
        Request = request;

        // A line that broke on the way of a long page may let a short one through.
        Reply = link.RunAsync(connection => connection.CallAsync(attempts++ == 0 ? request : Short, default, ReadAsync, cancel), cancel);
    }

    /// <summary>What was asked.</summary>
    public ListRequest Request { get; }

    /// <summary>The reply and its entries.</summary>
    public Task<(ListReply Page, IReadOnlyList<ListEntry> Entries)> Reply { get; }

    /// <summary>The cursor of the page behind this one, known when the reply begins; null also when the request failed, and for a page without any progress.</summary>
    public async Task<string?> NextAsync()
    {
        await Task.WhenAny(next.Task, Reply);
        return next.Task.IsCompletedSuccessfully && next.Task.Result != Request.After ? next.Task.Result : null;
    }

    /// <summary>Asks for the page behind this one.</summary>
    public ListingPage Next(string after) => new(link, (attempts > 1 ? Short : Request) with { After = after }, cancel);

    /// <summary>Whoever stops early does not hear how it went with the page that nobody wants.</summary>
    public void Forget() => _ = Reply.ContinueWith(static page => page.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    ListRequest Short => Request with { Limit = null };

    async ValueTask<(ListReply Page, IReadOnlyList<ListEntry> Entries)> ReadAsync(Head head, BodyReader body, CancellationToken ended)
    {
        var reply = ListReply.Read(head);
        next.TrySetResult(reply.Next);
        var entries = await LinesReader.ReadListingAsync(body, ended);
        return entries.Count == reply.Count
            ? (reply, entries)
            : throw new ConnectionException(ErrorCode.BadReply, $"a page of the listing has {entries.Count} lines instead of {reply.Count}");
    }
}
