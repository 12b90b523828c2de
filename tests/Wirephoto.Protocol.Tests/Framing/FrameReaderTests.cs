using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Tests.Vectors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Framing;

public class FrameReaderTests
{
    static readonly string[] Names = ["request/hello", "request/put", "request/stat", "request/append", "request/append-rest", "request/say-escapes", "request/no-id"];

    static readonly Vector[] Messages = [.. Names.Select(name => VectorFiles.All[name])];

    static readonly byte[] Wire = [.. Messages.SelectMany(message => message.Bytes)];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "R0-2.1.3.2")]
    [Trait("Requirement", "R1-5.2")]
    public async Task Heads_and_bodies_are_found_wherever_the_stream_is_split()
    {
        for (var split = 0; split <= Wire.Length; split++) await ReadsAllAsync(split == 0 ? [Wire.Length] : [split, Wire.Length]);
    }

    [Fact]
    public async Task Heads_and_bodies_are_found_in_pieces_of_every_size()
    {
        for (var size = 1; size <= 300; size++) await ReadsAllAsync(size);
    }

    [Fact]
    public async Task Heads_and_bodies_are_found_in_random_pieces()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++) await ReadsAllAsync([.. Enumerable.Range(0, Wire.Length).Select(_ => random.Next(1, 64))]);
    }

    [Fact]
    public async Task The_end_of_the_stream_is_null_at_a_boundary_and_an_error_everywhere_else()
    {
        HashSet<int> boundaries = [0];
        foreach (var message in Messages) boundaries.Add(boundaries.Max() + message.Bytes.Length);

        for (var end = 0; end <= Wire.Length; end++)
        {
            await using var duplex = new Duplex(new PieceStream(Wire[..end], 7));
            if (boundaries.Contains(end)) await ReadToEndAsync(duplex);
            else await Assert.ThrowsAsync<EndOfStreamException>(() => ReadToEndAsync(duplex));
        }
    }

    [Fact]
    public async Task The_first_byte_of_a_head_is_told_once_and_silence_never()
    {
        var begun = 0;
        await using (var duplex = new Duplex(new PieceStream(VectorFiles.All["request/stat"].Bytes, 1)))
        {
            Assert.NotNull(await FrameReader.ReadHeadAsync(duplex, () => begun++, Cancel));
            Assert.Equal(1, begun);
            Assert.Null(await FrameReader.ReadHeadAsync(duplex, () => begun++, Cancel));
            Assert.Equal(1, begun);
        }
    }

    [Fact]
    public async Task A_length_too_small_is_refused_without_waiting_for_more_and_the_rest_can_be_read_away()
    {
        await using var duplex = new Duplex(new PieceStream([0, 1, .. "{abcdef"u8], 3));
        var failure = await Assert.ThrowsAsync<WirephotoException>(() => FrameReader.ReadHeadAsync(duplex, null, Cancel).AsTask());
        Assert.Equal(ErrorCode.BadHead, failure.Code);

        var left = 0;
        var buffer = new byte[100];
        for (int count; (count = await duplex.ReadAsync(buffer, Cancel)) > 0;) left += count;
        Assert.InRange(left, 7, 9);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("220")]
    public async Task What_another_protocol_says_is_refused_without_waiting_for_what_its_length_would_be(string greeting)
    {
        // Waiting for more would be the end of the stream inside a head.
        await using var duplex = new Duplex(new PieceStream(Encoding.ASCII.GetBytes(greeting), 1));

        var failure = await Assert.ThrowsAsync<WirephotoException>(() => FrameReader.ReadHeadAsync(duplex, null, Cancel).AsTask());

        Assert.Equal(ErrorCode.BadHead, failure.Code);
    }

    [Fact]
    public async Task After_a_refused_head_the_stream_stands_behind_it()
    {
        await using var duplex = new Duplex(new PieceStream([.. VectorFiles.All["head/twice"].Bytes, .. VectorFiles.All["request/stat"].Bytes]));
        await Assert.ThrowsAsync<WirephotoException>(() => FrameReader.ReadHeadAsync(duplex, null, Cancel).AsTask());
        Assert.Equal("stat", (await FrameReader.ReadHeadAsync(duplex, null, Cancel))?.Text("type"));
    }

    [Fact]
    public async Task The_longest_head_is_read()
    {
        byte[] head = [0xff, 0xff, .. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', 65535 - 8), .. "\"}"u8];
        await using var duplex = new Duplex(new PieceStream([.. head, .. VectorFiles.All["request/stat"].Bytes], 1000));
        Assert.Equal(65527, (await FrameReader.ReadHeadAsync(duplex, null, Cancel))?.Text("a").Length);
        Assert.Equal("stat", (await FrameReader.ReadHeadAsync(duplex, null, Cancel))?.Text("type"));
    }

    [Fact]
    public async Task A_head_stays_as_it_is_while_later_ones_are_read()
    {
        await using var duplex = new Duplex(new PieceStream(Wire, 5));
        var heads = await ReadToEndAsync(duplex);
        Assert.Equal(Messages.Select(m => HeadParser.Parse(m.Head).Text("type")), heads.Select(h => h.Head.Text("type")));
    }

    [Fact]
    public async Task A_cancelled_wait_ends()
    {
        await using var duplex = new Duplex(new PieceStream([]));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FrameReader.ReadHeadAsync(duplex, null, new CancellationToken(true)).AsTask());
    }

    static async Task ReadsAllAsync(params int[] sizes)
    {
        await using var duplex = new Duplex(new PieceStream(Wire, sizes));
        var read = await ReadToEndAsync(duplex);
        Assert.Equal(Messages.Length, read.Count);
        foreach (var (message, (head, body)) in Messages.Zip(read))
        {
            Assert.Equal(message.Bytes[..message.HeadEnd], Codec.Write(Codec.ReadRequest(head)));
            Assert.Equal(message.Body, body);
        }
    }

    static async Task<List<(Head Head, byte[] Body)>> ReadToEndAsync(Duplex duplex)
    {
        var messages = new List<(Head, byte[])>();
        while (await FrameReader.ReadHeadAsync(duplex, null, Cancel) is { } head)
            messages.Add((head, await new BodyReader(duplex, head.OptionalNumber("size") ?? 0).ReadAllAsync(1000, Cancel)));
        return messages;
    }
}
