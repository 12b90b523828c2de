using System.Net;
using System.Security.Cryptography;
using System.Text;
using Wirephoto.Client;
using Wirephoto.Client.Connections;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Fuzz.Targets;

/// <summary>A server's replies, as the client's connection takes them. The first byte of the payload chooses what was asked for.</summary>
public sealed class ReplyTarget : FuzzTarget
{
    static readonly Digest Asked = new(SHA256.HashData("asked"u8));

    /// <inheritdoc/>
    public override string Name => "client-replies";

    /// <inheritdoc/>
    public override int TestInputs => 2000;

    /// <inheritdoc/>
    public override bool UsesThreads => true;

    // A body is read into memory of the size that the server claims, up to the 16 MiB of a listing.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (20 << 20) + (1024L * payload);

    // The connections give every request a number from 1 on.
    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        .. FrozenVectors.Of("reply").SelectMany(reply => Enumerable.Range(0, 8).Select(kind => (byte[])[(byte)kind, .. WithId(reply)])),
        [1], [1, 0, 0],
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["\"id\":1,", "\"status\":\"ok\",", "\"status\":\"error\",", "\"error\":\"server_full\",", "\"size\":0", "\"size\":99999999", "\"offset\":0,", "\"count\":1,", "\"next\":\"a\",", "\"protocol\":1,", "{", "}", ",", "\n", "\"pipeline\":9007199254740991,"]).Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override byte[] Repair(byte[] payload, Random random) => payload.Length < 3 ? payload : [payload[0], .. new HeadTarget().Repair(Head(payload), random), .. payload[(1 + Head(payload).Length)..]];

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var kind = input.Payload.Length > 0 ? input.Payload[0] % 8 : 0;
        using var wire = new AskedStream(new FuzzInput([.. input.Bytes.AsSpan(0, Math.Min(2, input.Bytes.Length)), .. input.Payload.Skip(1)]));
        var silence = new SilenceWatch(TimeProvider.System, TimeSpan.FromMinutes(1), static () => { });
        await using var connection = new Connection(new Duplex(wire), silence, new IPEndPoint(IPAddress.Loopback, 1));
        try
        {
            return Verdict.Of($"{kind} " + await AskAsync(connection, kind), null);
        }
        catch (WirephotoException refusal)
        {
            // Errors of the other side keep its words and code; everything that breaks the protocol is one of these two.
            return Verdict.Of(refusal) with { Shape = $"{kind} {refusal.Code.Word()} {refusal.GetType().Name} {Verdict.ShapeOf(refusal.Message)}" };
        }
    }

    static async Task<string> AskAsync(Connection connection, int kind)
    {
        var none = CancellationToken.None;
        switch (kind)
        {
            case 0:
                await connection.GreetAsync(new WirephotoClientOptions(), none);
                return connection.Server.Limits.Pipeline > 0 ? "hello" : throw new FindingException("the server allows no request at all");
            case 1:
                return (await connection.CallAsync(new StatRequest("a.jpg"), StatReply.Read, none)).Image.Format ?? "stat";
            case 2:
                return await GetAsync(connection);
            case 3:
                return $"{(await connection.CallAsync(new ListRequest(), default, ReadLinesAsync(ListEntry.Read), none)).Count}";
            case 4:
                return $"{(await connection.CallAsync(new HaveRequest([Asked]), default, ReadLinesAsync(HaveEntry.Read), none)).Count}";
            case 5:
                return $"{(await connection.CallAsync(new StatusRequest(), default, ReadLinesAsync(SessionEntry.Read), none)).Count}";
            case 6:
                return (await connection.CallAsync(new BeginRequest("a.jpg", 5, new UploadToken(1), null, null), BeginReply.Read, none)).Offset > 0 ? "begun before" : "begun";
            default:
                return (await connection.CallAsync(new CommitRequest(new UploadToken(1), Asked), Receipt.Read, none)).Image.Filename.Length > 0 ? "receipt" : "receipt of nothing";
        }
    }

    static async Task<string> GetAsync(Connection connection)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var got = await connection.CallAsync(
            new GetRequest("a.jpg"), default,
            async (head, body, ended) =>
            {
                var reply = GetReply.Read(head);
                var count = 0L;
                await BodyReceiver.ReceiveAsync(body, piece => { count += piece.Length; return Task.CompletedTask; }, piece => hash.AppendData(piece.Bytes.Span), PieceRoom.OfFew, ended);
                FindingException.Unless(count == reply.Size, "another number of bytes came than the head told");
                return reply;
            },
            CancellationToken.None);
        return new Digest(hash.GetCurrentHash()) == got.Image.Sha256 ? "image" : "other image";
    }

    static ReplyReader<IReadOnlyList<T>> ReadLinesAsync<T>(Func<Head, T> read) =>
        async (_, body, ended) => [.. LinesReader.Read(await body.ReadAllAsync(ProtocolLimits.LinesBytes, ended)).Select(read)];

    static byte[] Head(byte[] payload) => payload[1..Math.Min(payload.Length, 3 + (payload[1] * 256) + payload[2])];

    static byte[] WithId(byte[] reply)
    {
        var head = 2 + (reply[0] * 256) + reply[1];
        if (head > reply.Length) return reply;
        var text = Encoding.UTF8.GetString(reply, 2, head - 2);
        var json = text.Contains("\"id\":", StringComparison.Ordinal) || !text.StartsWith('{') ? text : "{\"id\":1," + text[1..];
        var bytes = Encoding.UTF8.GetBytes(json);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes, .. reply[head..]];
    }

    // The server answers when it was asked, and not before.
    sealed class AskedStream(FuzzInput input) : CutStream(input)
    {
        readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await asked.Task.WaitAsync(cancellationToken);
            return Read(buffer.Span);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            asked.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
