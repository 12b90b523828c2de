using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Tests.Framing;

public class HeadTests
{
    static readonly Head Sample = HeadParser.Parse(Encoding.UTF8.GetBytes(
        """{"text":"é","number":7,"flag":false,"null":null,"list":["a","b"],"numbers":[1,2],"mixed":["a",1],"object":{"x":1},"id":"r1"}"""));

    [Fact]
    public void Members_are_read_by_their_type()
    {
        Assert.Equal("é", Sample.Text("text"));
        Assert.Equal(7, Sample.Number("number"));
        Assert.False(Sample.OptionalFlag("flag"));
        Assert.Equal(["a", "b"], Sample.Texts("list", 2));
        Assert.Equal([1, 2], Sample.Numbers("numbers", 2));
        Assert.Equal(1, Sample.Nested("object").Number("x"));
        Assert.Equal(new RequestId(null, "r1"), Sample.Id);
        Assert.True(Sample.Has("null"));
        Assert.False(Sample.Has("x"));
    }

    [Fact]
    public void Optional_members_that_are_missing_are_null()
    {
        Assert.Null(Sample.OptionalText("no"));
        Assert.Null(Sample.OptionalNumber("no"));
        Assert.Null(Sample.OptionalFlag("no"));
        Assert.Null(Sample.OptionalDigest("no"));
        Assert.Null(Sample.OptionalTime("no"));
        Assert.Null(Sample.Nested("object").Id);
    }

    public static TheoryData<string> WrongMembers => ["text", "number", "flag", "null", "list", "mixed", "object", "no"];

    [Theory]
    [MemberData(nameof(WrongMembers))]
    public void A_member_of_another_type_or_a_missing_one_is_a_bad_request(string name)
    {
        Action[] getters =
        [
            () => Sample.Text(name), () => Sample.Number(name), () => Sample.Digest(name), () => Sample.Token(name),
            () => Sample.Texts(name, 9), () => Sample.Numbers(name, 9), () => Sample.Digests(name, 9), () => Sample.Nested(name),
        ];
        string[][] right = [["text"], ["number"], [], [], ["list"], [], [], ["object"]];
        foreach (var (getter, fine) in getters.Zip(right))
        {
            if (fine.Contains(name)) continue;
            var failure = Assert.Throws<WirephotoException>(getter);
            Assert.Equal(ErrorCode.BadRequest, failure.Code);
            Assert.Contains($"'{name}'", failure.Message);
        }
    }

    [Fact]
    public void Texts_and_lists_have_limits()
    {
        Assert.Equal("é", Sample.Text("text", 1));
        Assert.Throws<WirephotoException>(() => Sample.Text("text", 0));
        Assert.Throws<WirephotoException>(() => Sample.Texts("list", 1));
        Assert.Throws<WirephotoException>(() => Sample.Numbers("numbers", 1));
    }
}
