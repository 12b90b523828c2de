using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public class LinesTests
{
    [Fact]
    public void Lines_come_back_in_order()
    {
        using var lines = new LinesWriter();
        for (var i = 0; i < 1000; i++) lines.Add(line => line.Number("n", i));
        Assert.Equal(1000, lines.Count);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), LinesReader.Read(lines.ToBody()).Select(line => line.Number("n")));
    }

    [Fact]
    public void However_many_lines_there_are_their_pieces_make_up_the_body()
    {
        using var lines = new LinesWriter();
        var texts = Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), i * 200 % 60_000)).ToArray();
        foreach (var text in texts) lines.Add(line => line.Text("t", text));

        Assert.InRange(lines.Pieces.Count(), 10, 50);
        Assert.All(lines.Pieces, piece => Assert.InRange(piece.Length, 1, TransferBuffer.Size));
        Assert.Equal(lines.ToBody().Length, lines.Length);
        Assert.Equal(texts, LinesReader.Read(lines.ToBody()).Select(line => line.Text("t")));
    }

    [Fact]
    public void No_bytes_are_no_lines()
    {
        using var lines = new LinesWriter();
        Assert.Equal(0, lines.Length);
        Assert.Empty(LinesReader.Read(lines.ToBody()));
    }

    [Fact]
    public void A_line_feed_in_a_text_is_escaped_and_breaks_no_line()
    {
        using var lines = new LinesWriter();
        lines.Add(line => line.Text("t", "a\nb"));
        Assert.Equal("a\nb", Assert.Single(LinesReader.Read(lines.ToBody())).Text("t"));
    }

    [Fact]
    public void The_last_line_may_lack_its_line_feed() =>
        Assert.Equal([1, 2], LinesReader.Read("{\"n\":1}\n{\"n\":2}"u8.ToArray()).Select(line => line.Number("n")));

    [Theory]
    [InlineData("\n")]
    [InlineData("{\"n\":1}\n\n")]
    [InlineData("{\"n\":1}\r\n")]
    [InlineData("{\"n\":1} {\"n\":2}\n")]
    [InlineData("{\"n\":1,\"n\":2}\n")]
    [InlineData("[1]\n")]
    public void A_line_is_as_strict_as_a_head(string body)
    {
        var failure = Assert.Throws<WirephotoException>(() => LinesReader.Read(Encoding.UTF8.GetBytes(body)).ToList());
        Assert.Equal(ErrorCode.BadHead, failure.Code);
    }
}
