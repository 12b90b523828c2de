using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Tests.Framing;
using Wirephoto.Protocol.Tests.Vectors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public class DuplexTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_of_a_file_is_written_exactly()
    {
        var path = Path.GetTempFileName();
        try
        {
            var bytes = new byte[TransferBuffer.Size * 2 + 100];
            new Random(3).NextBytes(bytes);
            await File.WriteAllBytesAsync(path, bytes, Cancel);
            using var file = File.OpenHandle(path);
            var stream = new PieceStream([]);
            await using var duplex = new Duplex(stream);
            await duplex.WriteFileAsync(default, file, 50, TransferBuffer.Size + 7, moved: null, Cancel);
            await duplex.WriteFileAsync("behind"u8.ToArray(), file, bytes.Length, 0, moved: null, Cancel);
            Assert.Equal([.. bytes[50..(TransferBuffer.Size + 57)], .. "behind"u8], stream.Written);
            await Assert.ThrowsAsync<EndOfStreamException>(() => duplex.WriteFileAsync(default, file, bytes.Length - 5, 6, moved: null, Cancel).AsTask());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Waiting_neither_loses_nor_repeats_a_byte()
    {
        var message = VectorFiles.All["request/put"];
        await using var duplex = new Duplex(new PieceStream(message.Bytes, message.HeadEnd + 10, 1));
        Assert.NotNull(await FrameReader.ReadHeadAsync(duplex, null, Cancel));
        var body = new List<byte>();
        var one = new byte[1];
        while (body.Count < message.Body.Length)
        {
            await duplex.WaitToReadAsync(Cancel);
            await duplex.WaitToReadAsync(Cancel);
            Assert.Equal(1, await duplex.ReadAsync(one, Cancel));
            body.Add(one[0]);
        }

        Assert.Equal(message.Body, body);
        Assert.Equal(0, await duplex.ReadAsync(one, Cancel));
    }

    [Fact]
    public async Task Its_stream_is_disposed_with_it()
    {
        var stream = new PieceStream([]);
        await new Duplex(stream).DisposeAsync();
        Assert.True(stream.Disposed);
    }
}
