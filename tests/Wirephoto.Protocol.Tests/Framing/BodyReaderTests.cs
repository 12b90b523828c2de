using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Framing;

public class BodyReaderTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_ends_where_its_head_said_and_leaves_the_rest()
    {
        await using var duplex = new Duplex(new PieceStream([.. "abcdefgh"u8], 3));
        var body = new BodyReader(duplex, 5);
        Assert.Equal("abcde"u8.ToArray(), await body.ReadAllAsync(5, Cancel));
        Assert.Equal(0, body.Remaining);
        Assert.Equal(5, body.Size);
        Assert.False(await body.WaitAsync(Cancel));
        Assert.Equal(0, await body.ReadAsync(new byte[10], Cancel));
        Assert.Equal("fgh"u8.ToArray(), await new BodyReader(duplex, 3).ReadAllAsync(3, Cancel));
    }

    [Fact]
    public async Task A_body_of_no_bytes_is_read_at_once()
    {
        await using var duplex = new Duplex(new PieceStream([]));
        Assert.Empty(await new BodyReader(duplex, 0).ReadAllAsync(0, Cancel));
    }

    [Fact]
    public async Task A_body_that_is_cut_short_fails_at_every_length()
    {
        for (var there = 0; there < 20; there++)
        {
            await using var duplex = new Duplex(new PieceStream(new byte[there], 3));
            await Assert.ThrowsAsync<EndOfStreamException>(() => new BodyReader(duplex, 20).DrainAsync(Cancel).AsTask());
        }
    }

    [Fact]
    public async Task A_body_larger_than_the_reader_wants_is_refused_before_memory_is_taken()
    {
        await using var duplex = new Duplex(new PieceStream([]));
        var failure = await Assert.ThrowsAsync<WirephotoException>(() => new BodyReader(duplex, ProtocolLimits.Number).ReadAllAsync(100, Cancel).AsTask());
        Assert.Equal(ErrorCode.TooLarge, failure.Code);
        Assert.Equal(100, failure.Details.Limit);
    }

    [Fact]
    public async Task Every_piece_that_arrives_is_told()
    {
        await using var duplex = new Duplex(new PieceStream(new byte[100], 7));
        var told = new List<int>();
        await new BodyReader(duplex, 90) { Arrived = told.Add }.DrainAsync(Cancel);
        Assert.Equal(90, told.Sum());
        Assert.All(told, count => Assert.InRange(count, 0, 7));
    }

    [Fact]
    public async Task A_receiver_writes_and_observes_the_same_bytes_in_order()
    {
        var bytes = new byte[1_000_000];
        new Random(2).NextBytes(bytes);
        await using var duplex = new Duplex(new PieceStream(bytes, 100, 70_000, 3));
        using var written = new MemoryStream();
        using var observed = new MemoryStream();
        await BodyReceiver.ReceiveAsync(
            new BodyReader(duplex, 200_000), piece => written.WriteAsync(piece, Cancel).AsTask(), piece => observed.Write(piece.Bytes.Span), PieceRoom.OfMany, Cancel);
        Assert.Equal(bytes[..200_000], written.ToArray());
        Assert.Equal(bytes[..200_000], observed.ToArray());
    }

    [Fact]
    public async Task A_receiver_waits_for_its_write_also_when_observing_fails()
    {
        await using var duplex = new Duplex(new PieceStream(new byte[1 << 20]));
        var writing = new TaskCompletionSource();
        var receiving = BodyReceiver.ReceiveAsync(
            new BodyReader(duplex, 1 << 20), _ => writing.Task, _ => throw new WirephotoException(ErrorCode.NotAnImage, "no"), PieceRoom.OfMany, Cancel);
        Assert.False(receiving.IsCompleted);
        writing.SetResult();
        await Assert.ThrowsAsync<WirephotoException>(() => receiving);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(64 << 20)]
    public async Task A_receiver_whose_write_fails_says_why_and_reads_no_more_than_was_on_its_way(int size)
    {
        await using var duplex = new Duplex(new PieceStream(new byte[size]));
        var body = new BodyReader(duplex, size);
        var observed = 0;
        var failure = await Assert.ThrowsAsync<WirephotoException>(() => BodyReceiver.ReceiveAsync(
            body, _ => Task.FromException(new WirephotoException(ErrorCode.StorageFull, "no")), piece => observed += piece.Bytes.Length, PieceRoom.OfMany, Cancel));
        Assert.Equal(ErrorCode.StorageFull, failure.Code);
        Assert.InRange(size - body.Remaining, 1, Math.Min(size, 16 << 20));
        Assert.InRange(observed, 0, size - body.Remaining);
    }

    [Fact]
    public async Task What_has_arrived_before_the_connection_is_lost_is_written_and_observed()
    {
        const int Size = 8 << 20;
        await using var duplex = new Duplex(new PieceStream(new byte[Size - 1]));
        var (written, observed) = (0, 0);
        await Assert.ThrowsAsync<EndOfStreamException>(() => BodyReceiver.ReceiveAsync(
            new BodyReader(duplex, Size),
            async piece =>
            {
                await Task.Yield();
                written += piece.Length;
            },
            piece => observed += piece.Bytes.Length,
            PieceRoom.OfMany,
            Cancel));
        Assert.Equal((Size - 1, Size - 1), (written, observed));
    }
}
