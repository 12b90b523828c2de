using System.Threading.Channels;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>
/// Sends replies in the order of their requests while later requests are already being received. At most as many as the pipeline allows
/// wait here, and fewer while other connections have many waiting; the reader of requests waits when there is no place.
/// </summary>
sealed class ReplyQueue : IDisposable
{
    // Images that are open, and long texts, that wait for their turn: enough that the next one is ready, few enough that nobody can use up all file handles or the memory.
    const int MostHeavy = 8;

    // Characters. The largest other answers are refusals that name an image.
    const int LongText = 1024;

    readonly Channel<Pending> queue;
    readonly Delivery delivery;
    readonly SessionContext session;
    readonly SemaphoreSlim heavy = new(MostHeavy);
    readonly SemaphoreSlim own;

    // Free only once the large body that was added last has been sent.
    readonly SemaphoreSlim large = new(0);
    readonly Action onFault;

    // How many are due. Who has made it 1 has the way to the client until it is 0 again.
    int waiting;

    // What the reader of requests has begun to send itself.
    Task atOnce = Task.CompletedTask;

    /// <summary>Sends over a connection, which stays the caller's.</summary>
    /// <param name="duplex">The connection.</param>
    /// <param name="session">What the session works with.</param>
    /// <param name="onFault">Called when a fault of this program was told: no request is to be read any more.</param>
    public ReplyQueue(Duplex duplex, SessionContext session, Action onFault)
    {
        this.session = session;
        this.onFault = onFault;
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions((int)session.Options.Announced.Pipeline) { SingleReader = true, SingleWriter = true });
        own = new SemaphoreSlim(session.Options.Limits.RepliesPerConnection);
        delivery = new Delivery(duplex, session);
    }

    /// <summary>Why sending ended early, or null.</summary>
    public ConnectionEnd? End => delivery.End;

    /// <summary>Whether replies are still due.</summary>
    public bool Busy => Volatile.Read(ref waiting) > 0;

    /// <summary>
    /// Adds the answer to a request, or the work that will end in it. Waits while too much is due already, in number, files or memory. An answer that nothing is due
    /// before is written at once, by the caller; it may leave only with the next <see cref="Flush"/>.
    /// </summary>
    public async ValueTask AddAsync(RequestLine request, Task<Answer> answer, CancellationToken cancel)
    {
        var room = answer.IsCompletedSuccessfully ? Room(answer.Result) : null;
        if (Interlocked.Increment(ref waiting) == 1 && answer.IsCompleted) atOnce = SendAtOnceAsync(new Pending(request, answer, room));
        else await EnqueueAsync(new Pending(request, answer, room), cancel);
        if (room is not null) await room.WaitAsync(cancel);
    }

    /// <summary>Lets leave what was written. The reader of requests calls it when it begins to wait for anything.</summary>
    public void Flush()
    {
        // Whoever is sending flushes in the end.
        if (Interlocked.CompareExchange(ref waiting, 1, 0) == 0) atOnce = LeaveAsync(FlushAsync());
    }

    /// <summary>Says that no more requests will come; what is due is still sent.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/> was called and all is sent. Never throws; afterwards answers are only logged.</summary>
    public async Task RunAsync()
    {
        // Read in this way, nothing of an answer that was sent stays in memory while the client is silent.
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (queue.Reader.TryRead(out var next))
            {
                await atOnce;
                await LeaveAsync(SendAllAsync(next));
            }
        }

        await atOnce;
        await FlushAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        delivery.Dispose();
        heavy.Dispose();
        own.Dispose();
        large.Dispose();
    }

    async ValueTask EnqueueAsync(Pending pending, CancellationToken cancel)
    {
        SemaphoreSlim? place = null;
        try
        {
            place = await EnterAsync(cancel);
            await queue.Writer.WriteAsync(pending with { Place = place }, cancel);
        }
        catch
        {
            place?.Release();
            Interlocked.Decrement(ref waiting);

            // Nobody will send it: what its body holds is given back. What is still being worked on is a commit, whose answer has none.
            if (pending.Answer is { IsCompletedSuccessfully: true, Result: var answer }) await answer.DisposeAsync();
            throw;
        }
    }

    // A place of the connection's own, or one that all share. Nobody waits for the others' replies to be taken: where there is neither, the next one of its own is waited for.
    async ValueTask<SemaphoreSlim> EnterAsync(CancellationToken cancel)
    {
        if (own.Wait(0, CancellationToken.None)) return own;
        if (session.Replies.Wait(0, CancellationToken.None)) return session.Replies;
        await own.WaitAsync(cancel);
        return own;
    }

    // Also when it came from a commit behind which requests have been read already: they stay without a reply, so in doubt.
    async ValueTask CloseAsync()
    {
        await FlushAsync();
        delivery.Stop(ConnectionEnd.Faulted);
        onFault();
    }

    // The way to the client is the caller's until the last reply that is due has been sent: nobody touches it after this.
    async Task LeaveAsync(ValueTask sending)
    {
        await sending;
        Interlocked.Decrement(ref waiting);
    }

    // What the client takes without waiting stays until somebody flushes; what it does not is as if it had been queued.
    Task SendAtOnceAsync(Pending next)
    {
        var sending = SendAsync(next);
        return LeaveAsync(sending.IsCompletedSuccessfully ? ValueTask.CompletedTask : FlushBehindAsync(sending));
    }

    async ValueTask FlushBehindAsync(ValueTask sending)
    {
        await sending;
        await FlushAsync();
    }

    async ValueTask SendAllAsync(Pending next)
    {
        // Bytes that others wait for are not held back for an answer that is still being worked on.
        if (!next.Answer.IsCompleted) await FlushAsync();
        await SendAsync(next);
        if (Volatile.Read(ref waiting) == 1) await FlushAsync();
    }

    async ValueTask SendAsync(Pending next)
    {
        var request = next.Request;
        await using var answer = await Settle(next.Answer);

        // A request that was cut off has no reply, as docs/protocol.md says: only the log tells of it.
        if (answer.Reply is not ErrorReply { Code: ErrorCode.InDoubt }) await WriteAsync(request, answer);
        Note(request, answer);
        next.Room?.Release();
        next.Place?.Release();
        if (answer.IsFault) await CloseAsync();
    }

    // What the reader of requests waits for behind an answer that is expensive to keep; null: nothing.
    SemaphoreSlim? Room(Answer answer) => answer switch
    {
        { Body.IsLarge: true } => large,
        { Body: not null } or { Message.Length: > LongText } => heavy,
        _ => null,
    };

    void Note(RequestLine request, Answer answer)
    {
        if (answer.IsStep && answer.Reply.Ok && End is null) return;

        // An error that belongs to no request shows as the connection's own.
        var type = request.Type.Length == 0 ? "-" : request.Type.ToUpperInvariant();
        var message = End is null ? answer.Message : $"{answer.Message}; the reply was not sent: {End}";
        session.Log.Request(session.Caller, type, answer.File ?? request.File, answer.Reply.Ok && End is null, message);
    }

    async Task<Answer> Settle(Task<Answer> answering)
    {
        try
        {
            return await answering;
        }
        catch (WirephotoException refusal)
        {
            if (refusal.InnerException is not null) session.Log.Cause(session.Caller, refusal);
            return Answer.Refused(refusal);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            session.Log.Fault(session.Caller, fault);
            return Answer.Refused(new WirephotoException(ErrorCode.Internal, "the server failed on this request; its log has the details")) with { IsFault = true };
        }
    }

    ValueTask WriteAsync(RequestLine request, Answer answer) => delivery.WriteAsync(
        async (writer, deadline, cancel) =>
        {
            writer.Add(answer.Reply.Write(writer.Head, request.Id));
            if (answer.Body is not null) await answer.Body.WriteAsync(writer, deadline, cancel);
        },
        readsImage: answer.Body is not null);

    ValueTask FlushAsync() => delivery.FlushAsync();

    // The room is released when it has been sent, also if nobody has waited for it yet; the place is null for what is sent at once.
    readonly record struct Pending(RequestLine Request, Task<Answer> Answer, SemaphoreSlim? Room, SemaphoreSlim? Place = null);
}
