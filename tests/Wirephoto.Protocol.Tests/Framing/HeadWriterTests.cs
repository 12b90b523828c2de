using System.Text;
using System.Text.Json;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Tests.Vectors;

namespace Wirephoto.Protocol.Tests.Framing;

public class HeadWriterTests
{
    [Fact]
    public void A_head_of_65535_bytes_is_written_and_one_more_is_refused()
    {
        using var writer = new HeadWriter();
        Assert.Equal(65537, Write(writer, 65535 - 8).Length);
        Assert.Throws<InvalidOperationException>(() => Write(writer, 65536 - 8));
        Assert.Equal(13, Write(writer, 3).Length);

        static byte[] Write(HeadWriter writer, int chars)
        {
            writer.Start();
            writer.Text("a", new string('x', chars));
            return writer.End().ToArray();
        }
    }

    [Fact]
    public void The_longest_say_fits_a_head_even_when_every_character_is_escaped()
    {
        var request = new SayRequest(new string('\u0001', ProtocolLimits.SayChars)) { Id = new RequestId(null, new string('\u0001', ProtocolLimits.IdChars)) };
        Assert.Equal(request, Codec.ReadRequest(HeadParser.Parse(Codec.Write(request).AsMemory(2))));
        var reply = new SayReply(request.Text + " ACK");
        Assert.Equal(reply, SayReply.Read(HeadParser.Parse(Codec.Write(reply, request.Id).AsMemory(2))));
    }

    [Fact]
    public void The_largest_have_fits_a_head()
    {
        var digests = Enumerable.Range(0, ProtocolLimits.HaveDigests).Select(i => new Digest([(byte)i, .. new byte[31]])).ToArray();
        var read = Codec.ReadRequest(HeadParser.Parse(Codec.Write(new HaveRequest(digests)).AsMemory(2)));
        Assert.Equal(digests, ((HaveRequest)read).Digests);
    }

    [Fact]
    public void Every_text_of_characters_comes_back_and_stays_readable()
    {
        var text = new StringBuilder();
        for (var value = 0; value <= 0x10FFFF; value += value < 0x3000 ? 1 : 37)
        {
            if (value is < 0xD800 or > 0xDFFF) text.Append(char.ConvertFromUtf32(value));
            if (text.Length < 4000) continue;
            Assert.Equal(text.ToString(), RoundTrip(text.ToString()));
            text.Clear();
        }

        Assert.Contains("Grüße 写真", Encoding.UTF8.GetString(Codec.Write(new SayRequest("Grüße 写真"))));
    }

    [Fact]
    public void Half_a_character_is_never_written()
    {
        // What is written must be readable by the other side: the writer replaces it by U+FFFD.
        Assert.Equal("a\ufffdb", RoundTrip("a\ud800b"));
    }

    [Fact]
    public void Members_without_a_value_are_left_out()
    {
        using var writer = new HeadWriter();
        writer.Start();
        writer.Text("a", null);
        writer.Number("b", null);
        writer.Flag("c", null);
        writer.Digest("d", null);
        writer.Time("e", null);
        writer.Numbers("f", null);
        writer.Id(null);
        Assert.Equal([0, 2, (byte)'{', (byte)'}'], writer.End().ToArray());
    }

    [Fact]
    public void A_writer_starts_afresh_after_a_head_that_was_never_ended()
    {
        using var writer = new HeadWriter();
        writer.Start();
        writer.Text("secret", "x");
        writer.StartLine();
        writer.Flag("a", true);
        Assert.Equal("{\"a\":true}\n", Encoding.UTF8.GetString(writer.EndLine().Span));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(Codec.Write(DoneReply.Instance, null).AsMemory(2)).RootElement.ValueKind);
    }

    static string RoundTrip(string text) => ((SayRequest)Codec.ReadRequest(HeadParser.Parse(Codec.Write(new SayRequest(text)).AsMemory(2)))).Text;
}
