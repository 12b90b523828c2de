using System.Buffers;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Tests.Framing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public class PooledBytesTests
{
    [Fact]
    public void What_is_written_in_pieces_of_any_size_comes_out_in_order()
    {
        var bytes = new PooledBytes();
        var expected = new List<byte>();
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var piece = new byte[random.Next(2000)];
            random.NextBytes(piece);
            bytes.Write(piece);
            expected.AddRange(piece);
        }

        Assert.Equal(expected.Count, bytes.Count);
        Assert.Equal(expected.ToArray(), bytes.Written.ToArray());
    }

    [Fact]
    public void Released_it_is_empty_and_can_be_used_again()
    {
        var bytes = new PooledBytes();
        bytes.Write(new byte[100_000]);
        bytes.Release();
        bytes.Release();
        Assert.Equal(0, bytes.Written.Length);
        bytes.Write("again"u8);
        Assert.Equal("again"u8.ToArray(), bytes.Written.ToArray());
    }

    [Fact]
    public void No_more_can_be_counted_than_there_was_room_for()
    {
        var bytes = new PooledBytes();
        var room = bytes.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Advance(-1));
    }

    [Fact]
    public async Task A_long_head_leaves_no_memory_behind_when_it_is_written()
    {
        await using var duplex = new Duplex(new PieceStream([]));
        using var writer = new FrameWriter(duplex);
        writer.Head.Start();
        writer.Head.Text("text", new string('x', 60_000));
        writer.Add(writer.Head.End());
        await writer.FlushAsync(TestContext.Current.CancellationToken);

        Assert.InRange(writer.Head.Capacity, 1, 4096);
        writer.Head.Start();
        writer.Head.Text("text", "x");
        Assert.Equal(14, writer.Head.End().Length);
        Assert.Equal(0, writer.Collected);
    }
}
