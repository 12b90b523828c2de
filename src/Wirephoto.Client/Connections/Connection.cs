using System.Net;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Connections;

/// <summary>
/// One connection, from its hello to its end. Requests are written one after the other, head and body together; one loop reads the replies
/// and gives them to the calls in their order. Once its first byte is written, a request is written to its end even if its caller
/// has gone, so that no cancelled call harms the others.
/// </summary>
sealed class Connection : IAsyncDisposable
{
    // More than this of a body that nobody wants is not read away: a new connection is cheaper.
    const int ReadAwayMost = 4 << 20;

    // Whatever a server allows, more requests on their way than this win nothing.
    const int PipelineMost = 1024;

    readonly Duplex duplex;
    readonly SilenceWatch silence;
    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim slots = new(1);
    readonly SemaphoreSlim writing = new(1);
    readonly HeadWriter heads = new();
    readonly DueCalls due;
    readonly Task reading;
    long lastId;

    /// <summary>Takes over a connected duplex and begins to read replies.</summary>
    public Connection(Duplex duplex, SilenceWatch silence, IPEndPoint server)
    {
        this.duplex = duplex;
        this.silence = silence;
        ServerEndPoint = server;
        Ended = ending.Token;
        due = new DueCalls(silence);
        reading = ReadRepliesAsync();
    }

    /// <summary>The other end.</summary>
    public IPEndPoint ServerEndPoint { get; }

    /// <summary>What the server answered to hello; set by <see cref="GreetAsync"/>.</summary>
    public HelloReply Server { get; private set; } = null!;

    /// <summary>How long the reply to hello took.</summary>
    public TimeSpan RoundTrip { get; private set; }

    /// <summary>Digests of images that have arrived: who receives a reply adds to it.</summary>
    public DigestBatch Digests { get; } = new(inside: false);

    /// <summary>Whether requests can be sent.</summary>
    public bool Alive => due.Closed is null;

    /// <summary>Cancelled when it has ended.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Goes on only if requests can be sent.</summary>
    /// <exception cref="ConnectionException">They can't any more.</exception>
    public void EnsureAlive()
    {
        if (due.Closed is { } reason) throw reason.For(sent: false);
    }

    /// <summary>Says hello and opens the pipeline as wide as the server allows.</summary>
    public async Task GreetAsync(WirephotoClientOptions options, CancellationToken cancel)
    {
        var begun = options.Clock.GetTimestamp();
        try
        {
            Server = await CallAsync(new HelloRequest(Protocol.ProtocolLimits.Version, options.ClientName, options.Token), HelloReply.Read, cancel);
        }
        catch (ConnectionException) when (due.End?.Farewell is { } refusal)
        {
            // A server that is full or protected may say so before it has read a request.
            throw new RefusedException(refusal);
        }
        catch (ConnectionException e) when (due.End?.Code == ErrorCode.BadReply)
        {
            throw new ConnectionException(ErrorCode.BadReply, $"what answers there is no Wirephoto server: {e.Message}", e);
        }

        RoundTrip = options.Clock.GetElapsedTime(begun);
        var limits = Server.Limits;
        if (Server.Protocol != Protocol.ProtocolLimits.Version || limits.Pipeline < 1 || limits.Piece < 1 || limits.List < 1 || limits.Have < 1)
            throw new ConnectionException(ErrorCode.BadReply, "the server announced a protocol version or a limit that can't be");
        var more = (int)Math.Min(limits.Pipeline, PipelineMost) - 1;
        if (more > 0) slots.Release(more);
    }

    /// <summary>Sends a request without a body and waits for a reply without one.</summary>
    public Task<T> CallAsync<T>(Request request, Func<Head, T> read, CancellationToken cancel) =>
        CallAsync(request, default, (head, _, _) => ValueTask.FromResult(read(head)), cancel);

    /// <summary>Sends a request and waits for its reply.</summary>
    public async Task<T> CallAsync<T>(Request request, OutgoingBody body, ReplyReader<T> read, CancellationToken cancel) =>
        await (await SendAsync(request, body, read, cancel)).Reply;

    /// <summary>Sends a request, after those that were sent before it, and returns when it is written. A lost connection fails the reply, not this.</summary>
    /// <remarks>When this is cancelled, the body may still be in use: it must not be reused.</remarks>
    public async Task<PendingCall<T>> SendAsync<T>(Request request, OutgoingBody body, ReplyReader<T> read, CancellationToken cancel)
    {
        await slots.WaitAsync(cancel);
        var queued = false;
        try
        {
            await writing.WaitAsync(cancel);
            PendingCall<T> call;
            ReadOnlyMemory<byte> head = default;
            try
            {
                var id = ++lastId;
                if (Alive) head = Write(request with { Id = new RequestId(id, null) });
                call = new PendingCall<T>(id, read, cancel);
                queued = due.TryAdd(call);
            }
            finally
            {
                if (!queued) writing.Release();
            }

            if (queued) await WriteAsync(head, body).WaitAsync(cancel);
            return call;
        }
        finally
        {
            if (!queued) slots.Release();
        }
    }

    ReadOnlyMemory<byte> Write(Request request)
    {
        try
        {
            return request.Write(heads);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new WirephotoException(ErrorCode.BadRequest, $"this {request.Type} can't be written as a head: a name or text in it is too long or not Unicode", e);
        }
    }

    // Holds the right to write, and gives it back.
    async Task WriteAsync(ReadOnlyMemory<byte> head, OutgoingBody body)
    {
        try
        {
            // Each write is one step of progress for the silence watch.
            if (!body.TryPrepend(head, out var message))
            {
                await duplex.WriteAsync(head, Ended);
                message = body.Bytes;
            }

            while (!message.IsEmpty)
            {
                var slice = message[..Math.Min(message.Length, Duplex.FileSlice)];
                await duplex.WriteAsync(slice, Ended);
                message = message[slice.Length..];
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The reader ends the connection, once it has read why the server closed it.
            due.StopWriting();
        }
        finally
        {
            due.Written();
            writing.Release();
        }
    }

    async Task ReadRepliesAsync()
    {
        // Not on the caller's thread: the first read may find a reply and go on with it.
        await Task.Yield();
        try
        {
            while (await WaitAsync(FrameReader.ReadHeadAsync(duplex, null, Ended)) is { } head)
            {
                if (await WaitAsync(TakeReplyAsync(head)) is not { } reason) continue;
                End(reason);
                return;
            }

            End(new EndReason(ErrorCode.InDoubt, "the server closed the connection"));
        }
        catch (Exception e)
        {
            End(EndReason.Of(e));
        }
        finally
        {
            due.FailReceiving();
            Digests.Run();
        }
    }

    // Nobody waits for his digest while more is waited for.
    ValueTask<T> WaitAsync<T>(ValueTask<T> work)
    {
        if (!work.IsCompleted) Digests.Run();
        return work;
    }

    // Returns why the connection has to end after this reply, or null.
    async ValueTask<EndReason?> TakeReplyAsync(Head head)
    {
        var body = new BodyReader(duplex, head.OptionalNumber("size") ?? 0);
        var error = ReadError(head);
        if (due.Receive() is not { } call)
        {
            return error?.Code.Info().Closes == true
                ? new EndReason(ErrorCode.InDoubt, $"the server closed the connection: {error.Message}", null, error)
                : throw new ConnectionException(ErrorCode.BadReply, "the server sent a reply that nobody asked for");
        }

        call.CheckId(head, error);
        if (error?.Code.Info().Closes == true)
        {
            // Ended before the caller hears of it, who may want to try again: on another connection.
            var reason = new EndReason(ErrorCode.InDoubt, $"the server closed the connection: {error.Message}");
            End(reason);
            call.Refuse(error);
            return reason;
        }

        var taken = true;
        if (error is null) taken = await call.ReceiveAsync(head, body, Ended);
        else call.Refuse(error);

        if (body.Remaining > ReadAwayMost)
        {
            return taken
                ? throw new ConnectionException(ErrorCode.BadReply, $"a reply has a body of {body.Size} bytes that its request did not ask for")
                : new EndReason(ErrorCode.InDoubt, "the connection was dropped because a cancelled transfer was still arriving on it");
        }

        await body.DrainAsync(Ended);
        if (due.TryRemove()) slots.Release();
        return null;
    }

    static ErrorReply? ReadError(Head head) => head.Text("status", 16) switch
    {
        "ok" => null,
        "error" => ErrorReply.Read(head),
        var status => throw new ConnectionException(ErrorCode.BadReply, $"a reply has the unknown status '{status}'"),
    };

    /// <summary>Ends the connection; the first reason wins, and every call whose reply is due fails with it.</summary>
    public void End(EndReason reason)
    {
        if (due.TryEnd(reason) is not { } failed) return;
        ending.Cancel();
        duplex.Abort();
        if (failed > 0) slots.Release(failed);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Inside TLS a goodbye of its own; it goes ahead of the end, and beside no other write.
        var mayWrite = writing.Wait(0);
        if (mayWrite && due.Idle) duplex.ShutdownWrite();
        End(new EndReason(ErrorCode.InDoubt, "the client was closed while the request waited for its reply"));
        await reading;

        // Whoever writes notices the end and gives the right back; who comes later finds the connection ended.
        if (!mayWrite) await writing.WaitAsync();
        await duplex.DisposeAsync();
        silence.Dispose();
        heads.Dispose();
        ending.Dispose();
        writing.Release();
    }
}
