using Wirephoto.Cli.Reports;

namespace Wirephoto.Cli.Tests.Reports;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain name.jpg", "plain name.jpg")]
    [InlineData("äöü 日本 👨‍👩‍👧.jpg", "äöü 日本 👨‍👩‍👧.jpg")]
    [InlineData("[red]x[/]", "[red]x[/]")]
    [InlineData("a\u001b[31mb", "a\\u{1B}[31mb")]
    [InlineData("a\r\nb\tc\0", "a\\u{D}\\u{A}b\\u{9}c\\u{0}")]
    [InlineData("a\u007f\u0085\u009bb", "a\\u{7F}\\u{85}\\u{9B}b")]
    [InlineData("gpj\u202e.exe", "gpj\\u{202E}.exe")]
    [InlineData("\u2066x\u2069\u200e\u061c\ufeff", "\\u{2066}x\\u{2069}\\u{200E}\\u{61C}\\u{FEFF}")]
    [InlineData("a\u2028b\u2029", "a\\u{2028}b\\u{2029}")]
    public void What_could_steer_a_terminal_or_hide_a_name_is_shown_instead(string text, string expected) =>
        Assert.Equal(expected, TerminalText.Escape(text));

    [Fact]
    public void Half_a_character_is_shown_as_its_number() => Assert.Equal("a\\u{D800}b\\u{DC00}", TerminalText.Escape("a\ud800b\udc00"));

    [Fact]
    public void In_json_the_way_of_json_is_used() => Assert.Equal("{\"a\":\"\\u202e\\u0085\"}", TerminalText.EscapeJson("{\"a\":\"\u202e\u0085\"}"));
}
