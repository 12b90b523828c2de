using System.Threading.Channels;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>
/// Sends replies in the order of their requests while later requests are already being received. At most as many as the pipeline allows
/// wait here; the reader of requests waits when it is full.
/// </summary>
sealed class ReplyQueue : IDisposable
{
    // Images that are open and wait for their turn: enough that the next one is ready, few enough that nobody can use up all file handles.
    const int OpenImages = 8;

    readonly Channel<Pending> queue;
    readonly Delivery delivery;
    readonly SessionContext session;
    readonly SemaphoreSlim images = new(OpenImages);

    // Free only once the large body that was added last has been sent.
    readonly SemaphoreSlim large = new(0);
    readonly Action onFault;
    int waiting;

    /// <summary>Sends over a connection, which stays the caller's.</summary>
    /// <param name="duplex">The connection.</param>
    /// <param name="session">What the session works with.</param>
    /// <param name="onFault">Called when a fault of this program was told: no request is to be read any more.</param>
    public ReplyQueue(Duplex duplex, SessionContext session, Action onFault)
    {
        this.session = session;
        this.onFault = onFault;
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions((int)session.Options.Announced.Pipeline) { SingleReader = true, SingleWriter = true });
        delivery = new Delivery(duplex, session);
    }

    /// <summary>Why sending ended early, or null.</summary>
    public ConnectionEnd? End => delivery.End;

    /// <summary>Whether replies are still due.</summary>
    public bool Busy => Volatile.Read(ref waiting) > 0;

    /// <summary>Adds the answer to a request, or the work that will end in it. Waits while too much is due already, in number, files or memory.</summary>
    public async ValueTask AddAsync(RequestLine request, Task<Answer> answer, CancellationToken cancel)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            await queue.Writer.WriteAsync(new Pending(request, answer), cancel);
        }
        catch
        {
            Interlocked.Decrement(ref waiting);
            throw;
        }

        if (answer.IsCompletedSuccessfully && answer.Result.Body is { } body) await Room(body).WaitAsync(cancel);
    }

    /// <summary>Says that no more requests will come; what is due is still sent.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/> was called and all is sent. Never throws; afterwards answers are only logged.</summary>
    public async Task RunAsync()
    {
        // Read in this way, nothing of an answer that was sent stays in memory while the client is silent.
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (queue.Reader.TryRead(out var next)) await SendAsync(next);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        delivery.Dispose();
        images.Dispose();
        large.Dispose();
    }

    // Also when it came from a commit behind which requests have been read already: they stay without a reply, so in doubt.
    async ValueTask CloseAsync()
    {
        await SendAsync(default, null);
        delivery.Stop(ConnectionEnd.Faulted);
        onFault();
    }

    async ValueTask SendAsync(Pending next)
    {
        var (request, answering) = next;

        // Bytes that others wait for are not held back for an answer that is still being worked on.
        if (!answering.IsCompleted) await SendAsync(request, null);
        await using (var answer = await Settle(answering))
        {
            await SendAsync(request, answer);
            Note(request, answer);
            if (answer.Body is { } body) Room(body).Release();
            if (answer.IsFault) await CloseAsync();
        }

        if (Interlocked.Decrement(ref waiting) == 0) await SendAsync(request, null);
    }

    SemaphoreSlim Room(ReplyBody body) => body.IsLarge ? large : images;

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

    // Writes an answer, or with none flushes what was collected.
    ValueTask SendAsync(RequestLine request, Answer? answer) => delivery.WriteAsync(
        async (writer, deadline, cancel) =>
        {
            if (answer is null)
            {
                await writer.FlushAsync(cancel);
                return;
            }

            writer.Add(answer.Reply.Write(writer.Head, request.Id));
            if (answer.Body is not null) await answer.Body.WriteAsync(writer, deadline, cancel);
        },
        readsImage: answer?.Body is not null);

    readonly record struct Pending(RequestLine Request, Task<Answer> Answer);
}
