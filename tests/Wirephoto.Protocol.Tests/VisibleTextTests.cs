namespace Wirephoto.Protocol.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain name.jpg", "plain name.jpg")]
    [InlineData("äöü 日本 👨‍👩‍👧.jpg", "äöü 日本 👨‍👩‍👧.jpg")]
    [InlineData("[red]x[/]", "[red]x[/]")]
    [InlineData("a\u001b[31mb", "a\\u001b[31mb")]
    [InlineData("a\r\nb\tc\0", "a\\u000d\\u000ab\\u0009c\\u0000")]
    [InlineData("a\u007f\u0085\u009bb", "a\\u007f\\u0085\\u009bb")]
    [InlineData("gpj\u202e.exe", "gpj\\u202e.exe")]
    [InlineData("\u2066x\u2069\u200e\u061c\ufeff", "\\u2066x\\u2069\\u200e\\u061c\\ufeff")]
    [InlineData("a\u2028b\u2029", "a\\u2028b\\u2029")]
    public void What_could_steer_a_terminal_or_hide_a_name_is_shown_instead(string text, string expected) =>
        Assert.Equal(expected, VisibleText.Escape(text));

    [Fact]
    public void Half_a_character_is_shown_as_its_number() => Assert.Equal("a\\ud800b\\udc00", VisibleText.Escape("a\ud800b\udc00"));

    [Fact]
    public void An_escaped_line_of_json_still_means_the_same() => Assert.Equal("{\"a\":\"\\u202e\\u0085\"}", VisibleText.Escape("{\"a\":\"\u202e\u0085\"}"));
}
