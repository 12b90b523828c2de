using System.Buffers;
using Wirephoto.Client.Connections;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Puts;

/// <summary>
/// A put in one message. Its buffer is held until the bytes have left, not until the reply: many puts that wait for theirs need few buffers, and those stay in a core's
/// cache; of many small puts up to eight wait with their buffers for their digests (<see cref="JointDigests"/>). After a lost connection the server is asked for what was sent, and the source is read again; what can be read only once stays in memory.
/// </summary>
sealed class WholePut(Link link, ImageSource source, string filename, PutOptions options)
{
    readonly int length = (int)source.Length;
    readonly DateTimeOffset? modified = options.Modified ?? source.Modified;
    byte[]? ready;
    PutRequest? request;
    bool inDoubt;

    /// <summary>Stores the image.</summary>
    public async Task<PutResult> RunAsync(CancellationToken cancel)
    {
        using var turn = link.Digests.Enter();

        // Before there is any talk of a connection: what is wrong with the source is told first.
        ready = await ReadAsync(cancel);
        var result = await link.RunAsync(connection => AttemptAsync(connection, cancel), cancel);
        Release();

        // A receipt that was lost says nothing about the next image.
        if (!inDoubt) link.Repeats.Found(result.AlreadyStored);
        new TransferReporter(options.Progress).Report(length, length);
        return result;
    }

    // What was sent over a connection that is lost may be stored. To ask costs a few bytes where sending costs the image.
    async Task<PutResult> AttemptAsync(Connection connection, CancellationToken cancel)
    {
        if (inDoubt || (link.Repeats.Likely && source.CanRepeat))
        {
            if (source.CanRepeat) Release();
            if (await AskAsync(connection, cancel) is { } stored) return stored;
        }

        return await SendAsync(connection, cancel);
    }

    // Null: it has to be sent; what is wrong with the name is left for that to tell.
    async Task<PutResult?> AskAsync(Connection connection, CancellationToken cancel)
    {
        try
        {
            var stored = await Queries.StatAsync(connection, filename, cancel);
            if (stored.Length == length && stored.Sha256 == request!.Sha256) return new PutResult(stored, AlreadyStored: true, Resumed: 0);
        }
        catch (RefusedException e) when (!Attempts.OfConnection(e))
        {
        }

        // Asked in vain: the next ones are sent again, whatever becomes of this one.
        if (!inDoubt) link.Repeats.Found(stored: false);
        inDoubt = false;
        return null;
    }

    async Task<PutResult> SendAsync(Connection connection, CancellationToken cancel)
    {
        var buffer = ready ?? await ReadAsync(cancel);
        if (source.CanRepeat) ready = null;
        var message = new OutgoingBody(buffer.AsMemory(0, OutgoingBody.Room + length));
        var call = await connection.SendAsync(request!, message, static (head, _, _) => ValueTask.FromResult(Receipt.Read(head)), cancel);

        // Not after a failure: the connection may still be reading from it.
        if (ready is null && connection.Alive) ArrayPool<byte>.Shared.Return(buffer);
        try
        {
            return Put.Check(await call.Reply, filename, length, request!.Sha256);
        }
        catch (RefusedException e) when (e is { Code: ErrorCode.Exists, Details.Same: true })
        {
            return Put.AlreadyStored(filename, e.Details.Filename, length, request!.Sha256, modified);
        }
        catch (WirephotoException e) when (Attempts.MayBeDone(e))
        {
            inDoubt = true;
            throw;
        }
    }

    void Release()
    {
        if (ready is not null) ArrayPool<byte>.Shared.Return(ready);
        ready = null;
    }

    async Task<byte[]> ReadAsync(CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(OutgoingBody.Room + length);
        var image = buffer.AsMemory(OutgoingBody.Room, length);
        await source.ReadAsync(0, image, cancel);
        source.EnsureUnchanged();
        var digest = await link.Digests.HashAsync(image, cancel);
        request ??= new PutRequest(filename, length, digest, modified);
        return digest == request.Sha256 ? buffer : throw new IntegrityException(ErrorCode.LocalChanged, $"{filename} changed between two attempts to send it");
    }
}
