using Wirephoto.Cli.Arguments;

namespace Wirephoto.Cli.Tests.Arguments;

public sealed class RequestParserTests
{
    static string Parse(string line) => string.Join("; ", RequestParser.Parse([.. line.Split(' ').Select(word => new Word(word))])
        .Select(request => string.Join(' ', [request.Verb.Word(), .. request.Operands])));

    [Theory]
    [Trait("Requirement", "R3-7.3")]
    [InlineData("put a.jpg get b.png list", "PUT a.jpg; GET b.png; LIST")]
    [InlineData("list put a.jpg", "LIST; PUT a.jpg")]
    [InlineData("list list", "LIST; LIST")]
    [InlineData("put a.jpg b.jpg c.jpg status", "PUT a.jpg b.jpg c.jpg; STATUS")]
    [InlineData("list iceland get iceland/", "LIST iceland; GET iceland/")]
    [InlineData("say hello there stat a.jpg", "SAY hello there; STAT a.jpg")]
    [InlineData("have a.jpg delete b.jpg c.jpg", "HAVE a.jpg; DELETE b.jpg c.jpg")]
    public void A_word_that_equals_a_verb_begins_the_next_request(string line, string requests) => Assert.Equal(requests, Parse(line));

    [Theory]
    [Trait("Requirement", "R2-5.3")]
    [InlineData("PUT photo.jpg GET photo.jpg LIST", "PUT photo.jpg; GET photo.jpg; LIST")]
    [InlineData("Put photo.jpg LiSt", "PUT photo.jpg; LIST")]
    public void Verbs_may_be_in_upper_or_lower_case(string line, string requests) => Assert.Equal(requests, Parse(line));

    [Theory]
    [InlineData("put ./put", "PUT ./put")]
    [InlineData("list ./list", "LIST list")]
    [InlineData("get ./get/cat.jpg", "GET get/cat.jpg")]
    public void What_is_named_like_a_verb_can_be_written_with_a_dot_and_a_slash(string line, string requests) => Assert.Equal(requests, Parse(line));

    [Theory]
    [Trait("Requirement", "R0-3.1.1.4")]
    [InlineData("fetch a.jpg")]
    [InlineData("puts a.jpg")]
    [InlineData("list a b")]
    [InlineData("status now")]
    [InlineData("put")]
    [InlineData("put list")]
    [InlineData("get")]
    [InlineData("say")]
    [InlineData("stat")]
    [InlineData("have")]
    [InlineData("put a.jpg delete")]
    public void An_unknown_verb_and_a_request_without_its_arguments_are_refused(string line) => Assert.Throws<UsageException>(() => Parse(line));

    [Theory]
    [InlineData("put")]
    [InlineData("get")]
    [InlineData("list")]
    public void An_empty_word_is_refused_because_it_would_mean_too_much(string verb) =>
        Assert.Throws<UsageException>(() => RequestParser.Parse([new(verb), new("")]));

    [Fact]
    public void A_literal_word_is_never_a_verb()
    {
        var requests = RequestParser.Parse([new("put"), new("list", Literal: true)]);
        Assert.Equal(["list"], Assert.Single(requests).Operands);

        Assert.Throws<UsageException>(() => RequestParser.Parse([new("list", Literal: true)]));
    }
}
