using System.Net.Sockets;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Tests.Transfer.Sockets;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Protocol.Tests.Transfer;

/// <summary>The four operations that both ends share: a file is sent and received, a listing is sent and received.</summary>
public sealed class FilesAndListingsTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wirephoto-transfer-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "R0-2.1.6.1")]
    [Trait("Requirement", "R3-3.2")]
    [Trait("Requirement", "R3-3.3")]
    [Trait("Requirement", "R2-7.1")]
    [Trait("Requirement", "R1-8.3")]
    public async Task A_file_that_is_sent_is_received_byte_for_byte_the_short_way_and_the_portable_one(bool portable)
    {
        var bytes = new byte[2 * TransferBuffer.Size + 12_345];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(PathOf("sent"), bytes, Cancel);
        var (near, far) = await ConnectAsync(portable);
        await using var closeNear = near;
        await using var closeFar = far;
        using var sent = File.OpenHandle(PathOf("sent"));
        var observed = 0;

        var sending = near.WriteFileAsync(default, sent, 0, bytes.Length, moved: null, Cancel).AsTask();
        await using (var received = new FileStream(PathOf("received"), FileMode.CreateNew))
            await BodyReceiver.ReceiveAsync(new BodyReader(far, bytes.Length), piece => received.WriteAsync(piece, Cancel).AsTask(), piece => observed += piece.Bytes.Length, PieceRoom.OfMany, Cancel);
        await sending;

        Assert.Equal(bytes, await File.ReadAllBytesAsync(PathOf("received"), Cancel));
        Assert.Equal(bytes.Length, observed);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.6.1")]
    [Trait("Requirement", "R3-3.4")]
    [Trait("Requirement", "R3-3.5")]
    public async Task A_listing_that_is_sent_is_received_entry_for_entry()
    {
        string[] names = [.. Enumerable.Range(0, 5000).Select(i => $"{i} \"caf\u00e9\"\n.jpg")];
        var (near, far) = await ConnectAsync(portable: false);
        await using var closeNear = near;
        await using var closeFar = far;
        using var lines = new LinesWriter();
        foreach (var name in names) lines.Add(line => line.Text("filename", name));

        var sending = near.WriteAsync(lines.ToBody(), Cancel).AsTask();
        var body = await new BodyReader(far, lines.Length).ReadAllAsync(int.MaxValue, Cancel);
        await sending;

        Assert.Equal(names, LinesReader.Read(body).Select(line => line.Text("filename")));
    }

    [Fact]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R0-3.1.1.5")]
    [Trait("Requirement", "R1-5.2")]
    public async Task A_file_whose_sender_goes_away_is_an_end_of_stream_and_what_came_was_right()
    {
        var (near, far) = await ConnectAsync(portable: false);
        await using var closeFar = far;
        await near.WriteAsync(new byte[] { 1, 2, 3 }, Cancel);
        await near.DisposeAsync();
        var received = new List<byte>();

        await Assert.ThrowsAsync<EndOfStreamException>(() => BodyReceiver.ReceiveAsync(new BodyReader(far, 10), _ => Task.CompletedTask, piece => received.AddRange(piece.Bytes.Span), PieceRoom.OfMany, Cancel));

        Assert.Equal([1, 2, 3], received);
    }

    string PathOf(string name) => Path.Combine(folder.FullName, name);

    static async Task<(Duplex Near, Duplex Far)> ConnectAsync(bool portable)
    {
        var (near, far) = await SocketPair.ConnectAsync();
        return (portable ? new Duplex(new NetworkStream(near, ownsSocket: true)) : new SocketDuplex(near), new SocketDuplex(far));
    }
}
