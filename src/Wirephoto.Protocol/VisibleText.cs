using System.Globalization;
using System.Text;

namespace Wirephoto.Protocol;

/// <summary>Text of unknown origin for a log or a terminal: whatever would move the cursor, forge a line or turn the direction of writing shows as an escape.</summary>
public static class VisibleText
{
    /// <summary>The text with control and direction characters, line separators and half characters as <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        var first = IndexOfHidden(text);
        if (first < 0) return text;

        var visible = new StringBuilder(text, 0, first, text.Length + 16);
        for (var i = first; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                visible.Append(text, i++, 2);
            }
            else if (IsHidden(text, i))
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else
            {
                visible.Append(text[i]);
            }
        }

        return visible.ToString();
    }

    static int IndexOfHidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (IsHidden(text, i)) return i;
        }

        return -1;
    }

    static bool IsHidden(string text, int i) => char.GetUnicodeCategory(text[i]) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => true,
        UnicodeCategory.Format => text[i] is not ('\u200c' or '\u200d'),
        _ => false,
    };
}
