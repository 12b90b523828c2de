using Wirephoto.Protocol.Errors;

namespace Wirephoto.Protocol.Tests.Errors;

public class ErrorCatalogueTests
{
    [Fact]
    public void Every_error_is_in_the_catalogue_once() =>
        Assert.Equal(Enum.GetValues<ErrorCode>().Order(), ErrorCatalogue.All.Select(info => info.Code).Order());

    [Fact]
    public void Words_are_unique_and_lead_back_to_their_error()
    {
        foreach (var info in ErrorCatalogue.All)
        {
            Assert.Matches("^[a-z]+(_[a-z]+)*$", info.Word);
            Assert.Equal(info.Code, ErrorCatalogue.FromWord(info.Word));
            Assert.Equal(info.Word, info.Code.Word());
            Assert.Same(info, info.Code.Info());
        }

        Assert.Null(ErrorCatalogue.FromWord("no_such_word"));
        Assert.Null(ErrorCatalogue.FromWord("BAD_HEAD"));
    }

    [Fact]
    public void The_word_is_the_error_in_snake_case()
    {
        foreach (var info in ErrorCatalogue.All)
            Assert.Equal(info.Code.ToString(), string.Concat(info.Word.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])));
    }

    [Fact]
    public void Remedies_are_one_line()
    {
        foreach (var info in ErrorCatalogue.All)
        {
            Assert.DoesNotContain('\n', info.Remedy);
            Assert.EndsWith(".", info.Remedy);
        }
    }

    [Theory]
    [InlineData(ErrorCode.Exists, 1)]
    [InlineData(ErrorCode.Usage, 2)]
    [InlineData(ErrorCode.NoConnection, 3)]
    [InlineData(ErrorCode.ServerFull, 3)]
    [InlineData(ErrorCode.Protected, 4)]
    [InlineData(ErrorCode.BadToken, 4)]
    [InlineData(ErrorCode.WrongDigest, 5)]
    [InlineData(ErrorCode.Damaged, 5)]
    [InlineData(ErrorCode.LocalExists, 6)]
    public void The_kind_is_the_exit_code(ErrorCode code, int exit) => Assert.Equal(exit, (int)code.Info().Kind);

    [Fact]
    public void An_error_from_the_future_is_still_an_error()
    {
        var head = Protocol.Framing.HeadParser.Parse("""{"status":"error","error":"coffee_is_out","message":"no coffee"}"""u8.ToArray());
        var error = Protocol.Messages.ErrorReply.Read(head);
        Assert.False(error.Ok);
        Assert.Equal("no coffee", error.Message);
    }
}
