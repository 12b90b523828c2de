using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Interactive;

namespace Wirephoto.Cli.Tests.Interactive;

public sealed class LineWordsTests
{
    [Theory]
    [InlineData("get a.jpg  b.jpg ", "get|a.jpg|b.jpg")]
    [InlineData("get \"my cat.jpg\" 'it''s.jpg'", "get|my cat.jpg|its.jpg")]
    [InlineData("get \"it's.jpg\"", "get|it's.jpg")]
    [InlineData("get my\" \"cat.jpg", "get|my cat.jpg")]
    [InlineData("get ''", "get|")]
    [InlineData("   ", "")]
    public void Quotes_hold_words_together(string line, string words) => Assert.Equal(words, string.Join('|', LineWords.Split(line)));

    [Fact]
    public void A_quote_that_is_not_closed_is_refused() => Assert.Throws<UsageException>(() => LineWords.Split("get \"a.jpg"));

    [Fact]
    public void The_first_word_is_cut_off_without_looking_at_quotes() => Assert.Equal(("don't", "do that"), LineWords.Cut("  don't   do that "));
}
