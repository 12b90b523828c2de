using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Service;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>put, begin, append, commit and abort: docs/protocol.md, "Uploads". They share the uploads of their connection.</summary>
static class UploadHandlers
{
    /// <summary>A whole image in one message. Its commit goes on while the next request is received.</summary>
    public static async Task<Task<Answer>> PutAsync(Conversation conversation, PutRequest put, BodyReader body, CancellationToken cancel)
    {
        await conversation.SettleAsync(put.Filename);
        var context = conversation.Context;
        var ingest = await context.Images.BeginAsync(context.Caller, put.Filename, put.Size, token: null, put.Sha256, put.Modified, cancel);
        try
        {
            await ingest.ReceiveAsync(0, body, cancel, conversation.Digests);
            await ingest.TakePlaceAsync(cancel);
        }
        catch
        {
            await ingest.DisposeAsync();
            throw;
        }

        return Publish(conversation, ingest, put.Sha256);
    }

    /// <summary>Starts an upload, or goes on with one.</summary>
    public static async Task<Answer> BeginAsync(Conversation conversation, BeginRequest begin, CancellationToken cancel)
    {
        await conversation.SettleAsync(begin.Filename);
        if (conversation.Take(begin.Upload) is { } older) await older.DisposeAsync();

        var context = conversation.Context;
        var ingest = await context.Images.BeginAsync(
            context.Caller, begin.Filename, begin.Length, begin.Upload, begin.Sha256, begin.Modified, cancel);
        await conversation.KeepAsync(begin.Upload, ingest);
        return new Answer(new BeginReply(ingest.Offset, ingest.PrefixDigest, ingest.Committed), $"at {ingest.Offset} of {begin.Length}");
    }

    /// <summary>The next piece.</summary>
    public static async Task<Answer> AppendAsync(Conversation conversation, AppendRequest append, BodyReader body, CancellationToken cancel)
    {
        var ingest = conversation.Find(append.Upload) ?? throw Unknown();
        await ingest.ReceiveAsync(append.Offset, body, cancel);
        try
        {
            await ingest.RefuseFaultAsync();
        }
        catch (WirephotoException)
        {
            // It is over, and no longer one of this connection's uploads.
            if (conversation.Take(append.Upload) is { } refused) await refused.DisposeAsync();
            throw;
        }

        return new Answer(new AppendReply(ingest.Offset), $"at {ingest.Offset}") { File = ingest.Name, IsStep = true };
    }

    /// <summary>The end of an upload: the image appears, and its receipt is sent; again, if it was committed before.</summary>
    public static async Task<Task<Answer>> CommitAsync(Conversation conversation, CommitRequest commit, CancellationToken cancel)
    {
        if (conversation.Find(commit.Upload) is not { } ingest)
        {
            await conversation.SettleAsync();
            var context = conversation.Context;
            return Task.FromResult(Receipt(await context.Images.FindReceiptAsync(context.Caller, commit.Upload, commit.Sha256, cancel)));
        }

        // An upload whose bytes are not all there stays open: its refusal says where to go on.
        await ingest.EnsureCompleteAsync();
        await ingest.TakePlaceAsync(cancel);
        conversation.Take(commit.Upload);
        return Publish(conversation, ingest, commit.Sha256);
    }

    /// <summary>Forgets an upload that this connection began.</summary>
    public static async Task<Answer> AbortAsync(Conversation conversation, AbortRequest abort, CancellationToken cancel)
    {
        await using var ingest = conversation.Take(abort.Upload) ?? throw Unknown();
        await ingest.AbortAsync(cancel);
        CrashPoints.Reach(CrashPoint.AbortReplyReady);
        return new Answer(DoneReply.Instance, "aborted") { File = ingest.Name };
    }

    // In the order of the requests: images that wait for their digests go first, unless this one waits with them.
    static Task<Answer> Publish(Conversation conversation, Ingest ingest, Digest sent)
    {
        if (!ingest.WaitsTogether) conversation.Digests.Run();
        return conversation.Track(ingest.Key, PublishAsync(ingest, sent));
    }

    static async Task<Answer> PublishAsync(Ingest ingest, Digest sent)
    {
        await using (ingest)
        {
            var stored = await ingest.CommitAsync(sent);
            CrashPoints.Reach(CrashPoint.CommitReceiptReady);
            return Receipt(stored);
        }
    }

    static Answer Receipt(Storage.StoredImage image) => new(new Receipt(image.ToInfo()), $"stored {image.Length} bytes") { File = image.Name.Text };

    static WirephotoException Unknown() => new(ErrorCode.UnknownUpload, "this connection has not begun this upload");
}
