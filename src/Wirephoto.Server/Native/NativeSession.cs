using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>
/// One conversation in the native protocol, over any <see cref="Duplex"/>. It reads a head, lets its handler receive the body and act, and queues the
/// answer; commits of images go on while the next body is received, everything else waits for the effects before it.
/// </summary>
public sealed class NativeSession : ISession
{
    readonly Duplex duplex;
    readonly Patience patience;
    readonly ReplyQueue replies;
    readonly RequestDispatch dispatch;
    bool toldWhy;
    bool faulted;

    /// <summary>A session on a connection, which stays the caller's.</summary>
    public NativeSession(Duplex duplex, SessionContext context)
    {
        this.duplex = duplex;
        Context = context;
        patience = new Patience(context.Options.Limits, context.Clock) { Excused = () => replies!.Busy };
        replies = new ReplyQueue(duplex, context, patience.End);
        dispatch = new RequestDispatch(context);
    }

    SessionContext Context { get; }

    /// <summary>A refusal that belongs to no request, as this protocol's clients understand it.</summary>
    public static ReadOnlyMemory<byte> Wording(WirephotoException refusal)
    {
        using var head = new HeadWriter();
        return new ErrorReply(refusal).Write(head, id: null).ToArray();
    }

    /// <inheritdoc/>
    public async Task<ConnectionEnd> RunAsync()
    {
        var sending = replies.RunAsync();
        var end = await ReceiveAsync();
        dispatch.RunDigests();
        replies.Complete();
        await sending;
        return replies.End ?? end;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await dispatch.DisposeAsync();
        patience.Dispose();
        replies.Dispose();
    }

    async Task<ConnectionEnd> ReceiveAsync()
    {
        try
        {
            while (await NextHeadAsync() is { } head)
            {
                if (!await ServeAsync(head)) return faulted ? ConnectionEnd.Faulted : ConnectionEnd.ProtocolError;
            }

            return ConnectionEnd.ClosedByClient;
        }
        catch (WirephotoException broken)
        {
            await LastWordAsync(broken);
            return ConnectionEnd.ProtocolError;
        }
        catch (OperationCanceledException) when (patience.Late is not null)
        {
            await LastWordAsync(new WirephotoException(ErrorCode.Timeout, $"waited too long for {patience.Late}"));
            return ConnectionEnd.TimedOut;
        }
        catch (OperationCanceledException) when (Context.Draining.IsCancellationRequested)
        {
            await LastWordAsync(Stopping());
            return ConnectionEnd.Drained;
        }
        catch (EndOfStreamException)
        {
            return ConnectionEnd.Interrupted;
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return ConnectionEnd.Lost;
        }
    }

    async ValueTask<Head?> NextHeadAsync()
    {
        // Only the wait between requests ends when the server stops; what has begun is finished, an upload in pieces included.
        var draining = dispatch.IsUploading ? CancellationToken.None : Context.Draining;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, draining);
        patience.AwaitRequest();
        try
        {
            return await WaitAsync(FrameReader.ReadHeadAsync(duplex, patience.AwaitHead, wait.Token).AsTask());
        }
        finally
        {
            patience.Rest();
        }
    }

    // Returns false when the byte stream can't be followed any further; the answer that says so is queued.
    async Task<bool> ServeAsync(Head head)
    {
        var size = HeadRules.BodySize(head);
        var request = HeadRules.Line(head);
        BodyReader? body = null;
        Task<Answer> answer;
        var follow = true;
        try
        {
            follow = HeadRules.CanFollow(request.Type, size, Context.Options.Announced);
            if (!follow) throw HeadRules.BodyTooLarge(request.Type, Context.Options.Announced);
            if (size is { } bytes) body = patience.Body(duplex, bytes);
            if (Context.Draining.IsCancellationRequested && !RequestDispatch.Continues(request.Type)) throw Stopping();
            answer = await WaitAsync(dispatch.HandleAsync(head, request, body, patience.Token));
        }
        catch (WirephotoException refusal)
        {
            answer = Task.FromException<Answer>(refusal);
            follow &= !EndsSession(refusal);
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException || IsLost(e))
        {
            toldWhy = true;
            await WaitAsync(replies.AddAsync(request, Task.FromException<Answer>(Cut(e)), CancellationToken.None));
            throw;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Told as 'internal' and logged with its details when its turn comes.
            answer = Task.FromException<Answer>(fault);
            faulted = true;
            follow = false;
        }

        await WaitAsync(replies.AddAsync(request, answer, patience.Token));
        if (follow && body is { Remaining: > 0 }) await DrainAsync(body);
        return follow;
    }

    async Task<T> WaitAsync<T>(Task<T> work)
    {
        if (!work.IsCompleted) HoldNothingBack();
        return await work;
    }

    async ValueTask WaitAsync(ValueTask work)
    {
        if (!work.IsCompleted) HoldNothingBack();
        await work;
    }

    // Before every wait: whoever waits for a reply does not wait for what comes after it.
    void HoldNothingBack()
    {
        dispatch.RunDigests();
        replies.Flush();
    }

    async Task DrainAsync(BodyReader body)
    {
        HoldNothingBack();
        await body.DrainAsync(patience.Token);
    }

    static WirephotoException Stopping() => new(ErrorCode.ShuttingDown, "the server is stopping");

    static bool EndsSession(WirephotoException refusal) => refusal.Code is ErrorCode.UnsupportedProtocol or ErrorCode.BadToken;

    // A connection that was given up while it was read tells so inside an error of its stream.
    static bool IsLost(Exception e) => e is IOException { InnerException: System.Net.Sockets.SocketException or ObjectDisposedException } or ObjectDisposedException;

    // For the log: the client that is gone can't read it.
    WirephotoException Cut(Exception e) => e is OperationCanceledException && patience.Late is { } late
        ? new WirephotoException(ErrorCode.Timeout, $"waited too long for {late}")
        : new WirephotoException(ErrorCode.InDoubt, "the connection was lost inside the request");

    // An error that belongs to no request: what a client finds instead of its next reply.
    async ValueTask LastWordAsync(WirephotoException error)
    {
        if (!toldWhy) await WaitAsync(replies.AddAsync(new RequestLine("", "", null), Task.FromResult(Answer.Refused(error)), CancellationToken.None));
    }
}
