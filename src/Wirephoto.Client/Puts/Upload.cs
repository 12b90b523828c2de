using System.Buffers;
using System.Security.Cryptography;
using Wirephoto.Client.Connections;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Client.Puts;

/// <summary>
/// A put in pieces: begin, appends, commit. The image is read and hashed once, while it is sent; after a lost connection it goes on
/// where the server stands, once both agree on what is there.
/// </summary>
sealed class Upload(Link link, ImageSource source, string filename, PutOptions options)
{
    // What is read, hashed and sent at a time: small enough to stay in a core's cache on its way.
    const int PieceMost = (2 << 20) - OutgoingBody.Room;

    // Appends that may wait for their replies: enough to fill a long line, few enough to notice a refusal soon.
    const int UnacknowledgedMost = 8;

    // A server that again and again keeps other bytes than were sent is not worth another whole image.
    const int FreshStartsMost = 2;

    readonly DateTimeOffset? modified = options.Modified ?? source.Modified;
    readonly TransferReporter reporter = new(options.Progress);
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    UploadToken token = options.Upload ?? UploadToken.New();
    Digest? digest;
    long hashed;
    long acknowledged;
    long? resumed;
    bool? committed;
    int freshStarts;
    int lostBegins;

    /// <summary>Stores the image.</summary>
    public async Task<PutResult> RunAsync(CancellationToken cancel)
    {
        using (hash)
        {
            // Of what is likely there only the digest tells whether it is.
            if (link.Repeats.Likely && source.CanRepeat) await ComputeDigestAsync(cancel);
            var result = await link.RunAsync(connection => AttemptAsync(connection, cancel), MayRepeat, cancel);
            link.Repeats.Found(result.AlreadyStored);
            return result;
        }
    }

    // The upload expired, or a lost connection left the two ends with different ideas of it: begin tells where it stands.
    static bool MayRepeat(WirephotoException e) =>
        Attempts.OfConnection(e) || e is RefusedException { Code: ErrorCode.UnknownUpload or ErrorCode.WrongOffset };

    async Task<PutResult> AttemptAsync(Connection connection, CancellationToken cancel)
    {
        try
        {
            var offset = await BeginAsync(connection, cancel);

            // Less when the server has lost what it kept: all else was sent by this put.
            resumed = Math.Min(resumed ?? offset, offset);
            var result = await SendAsync(connection, offset, cancel);
            reporter.Report(source.Length, source.Length);
            return committed == true && resumed == source.Length ? result with { AlreadyStored = true } : result with { Resumed = resumed.Value };
        }
        catch (RefusedException e) when (e is { Code: ErrorCode.Exists, Details.Same: true } && digest is { } known)
        {
            reporter.Report(source.Length, source.Length);
            return Put.AlreadyStored(filename, e.Details.Filename, source.Length, known, modified);
        }
        catch (RefusedException e) when (e.Code == ErrorCode.TakenOver && lostBegins > 0)
        {
            // By a begin of its own, which the server read from a lost connection only now. Each can have done so once; any other taker is another client.
            lostBegins--;
            throw new ConnectionException(ErrorCode.InDoubt, "what was sent before the connection was lost came late", e);
        }
        catch (Exception e) when (e is IntegrityException or LocalFileException)
        {
            await AbortAsync(connection, cancel);
            throw;
        }
    }

    // Returns where to go on; the hash then stands there too.
    async Task<long> BeginAsync(Connection connection, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var begun = await BeginOnceAsync(connection, cancel);
                if (begun.Offset > source.Length)
                    throw new ConnectionException(ErrorCode.BadReply, $"the server keeps {begun.Offset} bytes of an image of {source.Length}");
                if (await AgreeAsync(begun, cancel))
                {
                    Acknowledge(begun.Offset);
                    committed ??= begun.Committed;
                    return begun.Offset;
                }

                source.EnsureUnchanged();
                if (freshStarts == FreshStartsMost)
                    throw new IntegrityException(ErrorCode.WrongDigest, "the server again and again keeps other bytes than were sent");
                await AbortAsync(connection, cancel);
                StartAfresh();
            }
            catch (RefusedException e) when (e.Code == ErrorCode.Exists && digest is null)
            {
                // Only with a digest can the server tell whether it is the same image.
                await ComputeDigestAsync(cancel);
            }
            catch (RefusedException e) when (e.Code == ErrorCode.UploadConflict && freshStarts < FreshStartsMost)
            {
                StartAfresh();
            }
        }
    }

    async Task<BeginReply> BeginOnceAsync(Connection connection, CancellationToken cancel)
    {
        try
        {
            return await connection.CallAsync(new BeginRequest(filename, source.Length, token, digest, modified), BeginReply.Read, cancel);
        }
        catch (WirephotoException e) when (Attempts.MayBeDone(e))
        {
            lostBegins++;
            throw;
        }
    }

    // Nothing is kept under a token that nobody has used.
    void StartAfresh()
    {
        freshStarts++;
        token = UploadToken.New();
    }

    async Task<bool> AgreeAsync(BeginReply begun, CancellationToken cancel)
    {
        if (begun.Offset != hashed)
        {
            hash.GetHashAndReset();
            hashed = 0;
            await HashToAsync(begun.Offset, cancel);
        }

        return begun.Offset == 0 || new Digest(hash.GetCurrentHash()) == begun.PrefixSha256;
    }

    async Task ComputeDigestAsync(CancellationToken cancel)
    {
        await HashToAsync(source.Length, cancel);
        source.EnsureUnchanged();
        digest = new Digest(hash.GetCurrentHash());
    }

    async Task HashToAsync(long end, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize(PieceMost));
        while (hashed < end)
        {
            await ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - hashed)), cancel);
            reporter.Verified(hashed, source.Length);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    async Task ReadAsync(Memory<byte> memory, CancellationToken cancel)
    {
        await source.ReadAsync(hashed, memory, cancel);
        hash.AppendData(memory.Span);
        hashed += memory.Length;
    }

    // Pieces and commit in one flight. Their replies are awaited when the next image sends already, so that the line is not idle for a round trip.
    async Task<PutResult> SendAsync(Connection connection, long offset, CancellationToken cancel)
    {
        var replies = new Queue<(long End, Task<AppendReply> Reply)>();
        PendingCall<Receipt> commit;
        Digest whole;

        // What has nothing to send waits for nobody; and a stream that can't be read again may be slow for reasons of its own: nobody waits for that.
        using (hashed < source.Length && source.CanRepeat ? await link.Pieces.EnterAsync(connection, cancel) : null)
        {
            await SendPiecesAsync(connection, offset, replies, cancel);
            source.EnsureUnchanged();
            digest = whole = new Digest(hash.GetCurrentHash());
            commit = await connection.SendAsync(new CommitRequest(token, whole), default, static (head, _, _) => ValueTask.FromResult(Receipt.Read(head)), cancel);
        }

        // A piece that was refused says why; its commit only that there is no such upload any more.
        await TakeRepliesAsync(replies, 0);
        return Put.Check(await commit.Reply, filename, source.Length, whole);
    }

    // While one piece is on its way the next one is read and hashed. A buffer goes back to the pool only when no write can use it any more:
    // a failure leaves both to the garbage collector.
    async Task SendPiecesAsync(Connection connection, long offset, Queue<(long End, Task<AppendReply> Reply)> replies, CancellationToken cancel)
    {
        var size = PieceSize(connection.Server.Limits.Piece);
        var filling = ArrayPool<byte>.Shared.Rent(OutgoingBody.Room + size);
        var leaving = ArrayPool<byte>.Shared.Rent(OutgoingBody.Room + size);
        Task<PendingCall<AppendReply>>? sending = null;
        while (hashed < source.Length)
        {
            var message = filling.AsMemory(0, OutgoingBody.Room + (int)Math.Min(size, source.Length - hashed));
            await ReadAsync(message[OutgoingBody.Room..], cancel);
            if (sending is not null) replies.Enqueue((offset, (await sending).Reply));
            await TakeRepliesAsync(replies, UnacknowledgedMost - 1);

            var body = new OutgoingBody(message);
            var append = new AppendRequest(token, offset, body.Bytes.Length);
            sending = Task.Run(() => connection.SendAsync(append, body, (head, _, _) => ValueTask.FromResult(AppendReply.Read(head)), cancel), cancel);
            offset = hashed;
            (filling, leaving) = (leaving, filling);
        }

        if (sending is not null) replies.Enqueue((offset, (await sending).Reply));
        ArrayPool<byte>.Shared.Return(filling);
        ArrayPool<byte>.Shared.Return(leaving);
    }

    // Takes what has arrived, and waits until no more than this many are missing.
    async Task TakeRepliesAsync(Queue<(long End, Task<AppendReply> Reply)> replies, int missing)
    {
        while (replies.TryPeek(out var oldest) && (replies.Count > missing || oldest.Reply.IsCompleted))
        {
            await oldest.Reply;
            replies.Dequeue();
            Acknowledge(oldest.End);
        }
    }

    void Acknowledge(long bytes)
    {
        if (bytes > acknowledged)
        {
            acknowledged = bytes;
            link.Advances.Add();
        }

        reporter.Report(bytes, source.Length);
    }

    // As a courtesy: the server forgets it by itself in time.
    async Task AbortAsync(Connection connection, CancellationToken cancel)
    {
        try
        {
            await connection.CallAsync(new AbortRequest(token), _ => DoneReply.Instance, cancel);
        }
        catch (WirephotoException)
        {
        }
    }

    static int PieceSize(long limit) => (int)Math.Min(limit, PieceMost);
}
