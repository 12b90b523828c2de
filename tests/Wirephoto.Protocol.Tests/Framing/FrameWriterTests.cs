using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Framing;

public class FrameWriterTests
{
    [Fact]
    public async Task What_is_small_leaves_in_one_write()
    {
        await using var stream = new WriteLog();
        await using var duplex = new Duplex(stream);
        using var writer = new FrameWriter(duplex);
        writer.Add("head"u8.ToArray());
        await writer.WriteBodyAsync(new byte[FrameWriter.SmallBody], moved: null, TestContext.Current.CancellationToken);
        Assert.Empty(stream.Writes);
        Assert.Equal(4 + FrameWriter.SmallBody, writer.Collected);

        await writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal([4 + FrameWriter.SmallBody], stream.Writes);
        Assert.Equal(0, writer.Collected);
    }

    [Fact]
    public async Task A_large_body_goes_behind_what_was_collected_in_slices_and_each_is_told()
    {
        await using var stream = new WriteLog();
        await using var duplex = new Duplex(stream);
        using var writer = new FrameWriter(duplex);
        var body = new byte[2 * Duplex.FileSlice + 7];
        Random.Shared.NextBytes(body);
        var moved = new List<int>();
        writer.Add("head"u8.ToArray());
        await writer.WriteBodyAsync(body, moved.Add, TestContext.Current.CancellationToken);

        Assert.Equal([Duplex.FileSlice, Duplex.FileSlice, 7], moved);
        Assert.Equal([4, .. moved], stream.Writes);
        Assert.Equal([.. "head"u8, .. body], stream.ToArray());
    }

    sealed class WriteLog : MemoryStream
    {
        public List<int> Writes { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
