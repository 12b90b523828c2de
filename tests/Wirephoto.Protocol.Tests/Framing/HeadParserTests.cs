using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Tests.Framing;

public class HeadParserTests
{
    [Theory]
    [InlineData("", "begins with")]
    [InlineData("[1]", "begins with")]
    [InlineData("{\"a\":1} ", "ends with")]
    [InlineData("{\"a\":\"\u0001\"}", "not one JSON object")]
    [InlineData("{\"a\":[[[[[[[[]]]]]]]]}", "8 deep")]
    [InlineData("{\"a\":1,\"a\":1}", "twice")]
    [InlineData("{\"depth\":1,\"depth\":1}", "twice")]
    [InlineData("{\"a\":-1}", "plain integer")]
    [InlineData("{\"a\":\"\\ud800\"}", "half a character")]
    [InlineData("{\"\\ud800\":1}", "half a character")]
    [InlineData("{\"\\ud800\":1,\"\\ud800\":1}", "")]
    public void A_refusal_says_which_rule(string head, string rule)
    {
        var failure = Assert.Throws<WirephotoException>(() => HeadParser.Parse(Encoding.UTF8.GetBytes(head)));
        Assert.Equal(ErrorCode.BadHead, failure.Code);
        Assert.Contains(rule, failure.Message);
    }

    [Fact]
    public void Invalid_utf8_is_refused_as_such()
    {
        var failure = Assert.Throws<WirephotoException>(() => HeadParser.Parse(new byte[] { (byte)'{', 0xff, (byte)'}' }));
        Assert.Contains("UTF-8", failure.Message);
    }

    [Fact]
    public void A_head_full_of_members_is_read_in_reasonable_time()
    {
        var members = string.Join(',', Enumerable.Range(0, 7000).Select(i => $"\"{i:x4}\":0"));
        Assert.True(HeadParser.Parse(Encoding.UTF8.GetBytes("{" + members + "}")).Has("1b57"));
    }
}
