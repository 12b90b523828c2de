using System.Text;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Framing;

public class ByteOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(4000)]
    [Trait("Requirement", "R0-3.7")]
    [Trait("Requirement", "R0-5.1")]
    [Trait("Requirement", "R2-2.5")]
    [Trait("Requirement", "R2-8.1")]
    public async Task A_message_begins_with_its_length_in_two_bytes_the_greater_one_first(int letters)
    {
        using var writer = new HeadWriter();
        var message = new SayRequest(new string('x', letters)).Write(writer).ToArray();

        Assert.Equal(message.Length - 2, (message[0] << 8) + message[1]);
        Assert.Equal('{', (char)message[2]);
        Assert.Equal('}', (char)message[^1]);

        await using var duplex = new Duplex(new PieceStream(message, 1));
        var head = await FrameReader.ReadHeadAsync(duplex, null, TestContext.Current.CancellationToken);
        Assert.Equal(letters, SayRequest.Read(head!.Value).Text.Length);
        Assert.Contains("\"type\":\"say\"", Encoding.UTF8.GetString(message), StringComparison.Ordinal);
    }
}
