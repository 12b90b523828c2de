using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Native.Handlers;

namespace Wirephoto.Server.Native;

/// <summary>Which handler a request goes to. A new request is one line here.</summary>
sealed class RequestDispatch(SessionContext context) : IAsyncDisposable
{
    readonly Conversation conversation = new(context);

    /// <summary>
    /// Lets a request's handler receive its body and act. When this returns, the next request may be received; the answer may come later.
    /// </summary>
    public async Task<Task<Answer>> HandleAsync(Head head, RequestLine request, BodyReader? body, CancellationToken cancel)
    {
        var first = !conversation.Begun;
        conversation.Begun = true;
        return request.Type switch
        {
            PutRequest.Verb => await UploadHandlers.PutAsync(conversation, PutRequest.Read(head), Bytes(body), cancel),
            BeginRequest.Verb => Now(await UploadHandlers.BeginAsync(conversation, BeginRequest.Read(head), cancel)),
            AppendRequest.Verb => Now(await UploadHandlers.AppendAsync(conversation, AppendRequest.Read(head), Bytes(body), cancel)),
            CommitRequest.Verb => await UploadHandlers.CommitAsync(conversation, CommitRequest.Read(head), cancel),
            _ => Now(await HandleSettledAsync(head, request, first, cancel)),
        };
    }

    /// <summary>Lets commits go on that wait for their digests together. Nothing may be waited for before that.</summary>
    public void RunDigests() => conversation.Digests.Run();

    /// <summary>Whether an upload has begun that is not committed yet.</summary>
    public bool IsUploading => conversation.IsUploading;

    /// <summary>Whether a request goes on with an upload instead of beginning something new.</summary>
    public static bool Continues(string type) => type is AppendRequest.Verb or CommitRequest.Verb or AbortRequest.Verb;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => conversation.DisposeAsync();

    // Everything but the taking in of images sees the effects of all requests before it.
    async Task<Answer> HandleSettledAsync(Head head, RequestLine request, bool first, CancellationToken cancel)
    {
        await conversation.SettleAsync();
        return request.Type switch
        {
            HelloRequest.Verb => HelloHandler.Handle(context, HelloRequest.Read(head), first),
            GetRequest.Verb => await GetHandler.HandleAsync(context, GetRequest.Read(head), cancel),
            ListRequest.Verb => await ListHandler.HandleAsync(context, ListRequest.Read(head), cancel),
            StatRequest.Verb => await StatHandler.HandleAsync(context, StatRequest.Read(head), cancel),
            HaveRequest.Verb => await HaveHandler.HandleAsync(context, HaveRequest.Read(head), cancel),
            DeleteRequest.Verb => await DeleteHandler.HandleAsync(context, DeleteRequest.Read(head), cancel),
            StatusRequest.Verb => await StatusHandler.HandleAsync(context, cancel),
            SayRequest.Verb => SayHandler.Handle(SayRequest.Read(head)),
            AbortRequest.Verb => await UploadHandlers.AbortAsync(conversation, AbortRequest.Read(head), cancel),
            "" => throw new WirephotoException(ErrorCode.BadRequest, "the member 'type' must be a text"),
            _ => throw new WirephotoException(ErrorCode.UnknownRequest, $"there is no request '{request.Type}'"),
        };
    }

    static Task<Answer> Now(Answer answer) => Task.FromResult(answer);

    static BodyReader Bytes(BodyReader? body) => body ?? throw new WirephotoException(ErrorCode.BadRequest, "the member 'size' is missing: no body can follow");
}
