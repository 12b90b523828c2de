using System.Text;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Tests.Names;

public class NameKeyTests
{
    [Fact]
    public void The_key_of_a_key_is_itself_for_every_character()
    {
        foreach (var text in Characters())
        {
            var key = NameKey.Of("a" + text + "b");
            Assert.True(key == NameKey.Of(key), $"U+{char.ConvertToUtf32(text, 0):X4}");
        }
    }

    [Fact]
    public void Every_spelling_of_a_character_has_one_key()
    {
        foreach (var text in Characters())
        {
            var key = NameKey.Of(text);
            Assert.True(key == NameKey.Of(text.Normalize(NormalizationForm.FormD)), $"U+{char.ConvertToUtf32(text, 0):X4} decomposed");
            Assert.True(key == NameKey.Of(text.ToUpperInvariant()), $"U+{char.ConvertToUtf32(text, 0):X4} in upper case");
            Assert.True(key == NameKey.Of(text.ToLowerInvariant()), $"U+{char.ConvertToUtf32(text, 0):X4} in lower case");
        }
    }

    // All that a name may hold, and the one separator.
    static IEnumerable<string> Characters()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            // Half characters, and planes in which nothing is assigned.
            if (value is (>= 0xD800 and <= 0xDFFF) or (>= 0x40000 and < 0xE0000)) continue;
            var text = char.ConvertFromUtf32(value);
            if (value == '/' || ImageName.TryParse($"a{text}b.jpg", ImageTypes.Default, out _)) yield return text;
        }
    }

    [Theory]
    [InlineData("A\ufffe.png")]
    [InlineData("A\ud800.png")]
    public void A_text_that_no_name_may_hold_has_a_key_too(string text) => Assert.StartsWith("a", NameKey.Of(text));

    [Fact]
    public void A_text_too_long_for_a_name_is_its_own_key_so_that_a_flood_of_combining_marks_costs_nothing()
    {
        var flood = "A" + string.Concat(Enumerable.Repeat("\u0301\u0323", 15_000));

        Assert.Same(flood, NameKey.Of(flood));
        Assert.NotEqual(flood[..1024], NameKey.Of(flood[..1024]));
    }

    [Fact]
    public void This_runtime_normalizes() => NameKey.EnsureRuntimeNormalizes();
}
