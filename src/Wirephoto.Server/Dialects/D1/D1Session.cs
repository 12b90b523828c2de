using System.Buffers;
using System.Buffers.Binary;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>
/// One conversation in D1: a frame with a pickled dictionary is a request, and so is its reply. Each is answered before the next is read, so that
/// pipelined requests keep their order.
/// </summary>
/// <remarks><code>
/// +---------+---------+---------+---------+---------------------------------+
/// | length of the pickle, uint32, big-endian | { COMMAND, FILENAME, DETAILS,  |
/// |                                          |   STATUS, FILE_DATA }, pickled |
/// +---------+---------+---------+---------+---------------------------------+
/// </code></remarks>
public sealed class D1Session : ISession
{
    /// <summary>Bytes that a request's frame stays below: what tells this dialect from those that begin with letters.</summary>
    public const long FrameLimit = 1 << 30;

    readonly Duplex duplex;
    readonly SessionContext context;
    readonly TopFolder folder;
    readonly D1Commands commands;
    readonly Patience patience;
    readonly Delivery delivery;
    D1Request? current;

    /// <summary>A session on a connection, which stays the caller's.</summary>
    public D1Session(Duplex duplex, SessionContext context)
    {
        this.duplex = duplex;
        this.context = context;
        folder = new TopFolder(context);
        commands = new D1Commands(folder);
        patience = new Patience(context.Options.Limits, context.Clock);
        delivery = new Delivery(duplex, context);
    }

    /// <inheritdoc/>
    public async Task<ConnectionEnd> RunAsync()
    {
        try
        {
            while (await NextLengthAsync() is { } length)
            {
                if (!await ServeAsync(length)) return delivery.End ?? ConnectionEnd.ProtocolError;
            }

            return ConnectionEnd.ClosedByClient;
        }
        catch (OperationCanceledException) when (patience.Late is not null)
        {
            await RefuseAsync(new WirephotoException(ErrorCode.Timeout, $"waited too long for {patience.Late}"));
            return delivery.End ?? ConnectionEnd.TimedOut;
        }
        catch (OperationCanceledException) when (context.Draining.IsCancellationRequested)
        {
            await RefuseAsync(new WirephotoException(ErrorCode.ShuttingDown, "the server is stopping"));
            return delivery.End ?? ConnectionEnd.Drained;
        }
        catch (EndOfStreamException)
        {
            NoteLost();
            return ConnectionEnd.Interrupted;
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            NoteLost();
            return delivery.End ?? ConnectionEnd.Lost;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        patience.Dispose();
        delivery.Dispose();
        return ValueTask.CompletedTask;
    }

    // The length of the next frame; null when the client has closed instead.
    async Task<uint?> NextLengthAsync()
    {
        // Only the wait between requests ends when the server stops; a request that has begun is finished.
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.Draining);
        patience.AwaitRequest();
        var first = await duplex.Input.ReadAsync(wait.Token);
        duplex.Input.AdvanceTo(first.Buffer.Start);
        if (first.Buffer.IsEmpty) return null;

        patience.AwaitHead();
        var result = await duplex.Input.ReadAtLeastAsync(sizeof(uint), patience.Token);
        if (result.Buffer.Length < sizeof(uint))
        {
            duplex.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            throw new EndOfStreamException("the connection ended inside a length");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(BuffersExtensions.ToArray(result.Buffer.Slice(0, sizeof(uint))));
        duplex.Input.AdvanceTo(result.Buffer.GetPosition(sizeof(uint)));
        return length;
    }

    // Returns false when the connection can't go on.
    async Task<bool> ServeAsync(uint length)
    {
        var frame = new FrameInput(duplex, length);
        var pickle = new PickleReader(frame);
        var request = current = new D1Request(pickle.Members);
        await using var upload = new D1Upload(folder);
        try
        {
            if (length >= FrameLimit) throw new WirephotoException(ErrorCode.TooLarge, $"a message has less than {FrameLimit} bytes: send larger images with the wirephoto client");
            await ReadAsync(pickle, request, upload);
        }
        catch (WirephotoException broken)
        {
            await DrainAsync(frame);
            await RefuseAsync(broken);
            return false;
        }
        catch (Exception fault) when (fault is not (IOException or ObjectDisposedException or OperationCanceledException or OutOfMemoryException))
        {
            await RefuseAsync(Internal(fault));
            return false;
        }

        await using var reply = await AnswerAsync(request, upload);
        await SendAsync(reply);
        return delivery.End is null;
    }

    async Task ReadAsync(PickleReader pickle, D1Request request, D1Upload upload)
    {
        while (await pickle.ReadAsync(patience.Token) is { } size)
        {
            patience.Rest();
            await upload.ReceiveAsync(request, patience.Body(duplex, size), patience.Token);
            patience.AwaitHead();
        }

        patience.Rest();
    }

    async Task<D1Reply> AnswerAsync(D1Request request, D1Upload upload)
    {
        try
        {
            return await commands.AnswerAsync(request, upload, patience.Token);
        }
        catch (WirephotoException refusal)
        {
            return Refused(refusal);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return Refused(Internal(fault));
        }
    }

    WirephotoException Internal(Exception fault)
    {
        context.Log.Fault(context.Caller, fault);
        return new WirephotoException(ErrorCode.Internal, "the server failed on this request; its log has the details");
    }

    // What can't be understood is read away, or the reply could be lost to a reset.
    async Task DrainAsync(FrameInput frame)
    {
        patience.Rest();
        try
        {
            await patience.Body(duplex, frame.Remaining).DrainAsync(patience.Token);
        }
        catch (Exception e) when (e is EndOfStreamException || (e is OperationCanceledException && patience.Late is not null))
        {
            // It sends no more; it may still listen.
        }
    }

    async Task SendAsync(D1Reply reply)
    {
        ReadOnlyMemory<byte> before, behind;
        try
        {
            (before, behind) = reply.Frame();
        }
        catch (WirephotoException tooLarge)
        {
            await RefuseAsync(tooLarge);
            return;
        }

        // The image stays the reply's.
        var data = reply.Image is { } image ? new ImageBody(image, 0, image.Image.Length) : null;
        await delivery.WriteAsync(
            async (writer, deadline, cancel) =>
            {
                await writer.WriteBodyAsync(before, moved => deadline.Moved(moved), cancel);
                if (data is not null) await data.WriteAsync(writer, deadline, cancel);
                writer.Add(behind);
                await writer.FlushAsync(cancel);
            },
            readsImage: data is not null);
        Note(reply);
    }

    async Task RefuseAsync(WirephotoException refusal)
    {
        await using var reply = Refused(refusal);
        await SendAsync(reply);
    }

    D1Reply Refused(WirephotoException refusal)
    {
        if (refusal.InnerException is not null) context.Log.Cause(context.Caller, refusal);
        return D1Reply.Refused(current, refusal);
    }

    void NoteLost()
    {
        if (current is not null) Note(D1Reply.Refused(current, new WirephotoException(ErrorCode.InDoubt, "the connection was lost inside the request")));
    }

    void Note(D1Reply reply)
    {
        var message = delivery.End is null ? reply.Message : $"{reply.Message}; the reply was not sent: {delivery.End}";
        context.Log.Request(context.Caller, Logged(reply.Command ?? "-").ToUpperInvariant(), Logged(reply.Filename ?? ""), reply.Ok && delivery.End is null, message + " (D1)");
        current = null;
    }

    // A name that is logged although it is far too long to be valid.
    static string Logged(string text) => text.Length <= 300 ? text : text[..300] + "...";
}
