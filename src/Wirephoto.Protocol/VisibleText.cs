using System.Buffers;
using System.Globalization;
using System.Text;

namespace Wirephoto.Protocol;

/// <summary>Text of unknown origin for a log or a terminal: whatever would move the cursor, forge a line or turn the direction of writing shows as an escape.</summary>
public static class VisibleText
{
    /// <summary>
    /// The text with invisible and half characters as <c>\u001b</c>, the way of JSON, so that an escaped line of JSON still means the same. A valid
    /// name is never changed.
    /// </summary>
    public static string Escape(string text)
    {
        // Most texts are done with this loop. No vectors: they are not compiled ahead, and a client often ends before they would be.
        var plain = 0;
        while (plain < text.Length && text[plain] is >= ' ' and <= '~') plain++;
        StringBuilder? visible = null;
        for (var i = plain; i < text.Length;)
        {
            var whole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == OperationStatus.Done;
            if (whole && !IsInvisible(rune)) visible?.Append(text, i, length);
            else (visible ??= new StringBuilder(text, 0, i, text.Length + 16)).Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            i += length;
        }

        return visible?.ToString() ?? text;
    }

    // Control characters and line separators would forge lines; direction marks and the byte order mark would let a text
    // show as what it is not. Other format characters stay: emoji and several scripts need them. All of these are one UTF-16 unit.
    internal static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF,
        _ => false,
    };
}
