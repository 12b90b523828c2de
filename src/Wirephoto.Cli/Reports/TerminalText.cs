using System.Globalization;
using System.Text;

namespace Wirephoto.Cli.Reports;

/// <summary>
/// Makes text from a server or a file system harmless: control characters, escape sequences, line separators and the marks that
/// turn the direction of writing are shown as <c>\u{1B}</c> instead of being obeyed.
/// </summary>
static class TerminalText
{
    /// <summary>The text for a line of plain text.</summary>
    public static string Escape(string text) => Escape(text, code => $"\\u{{{code:X}}}");

    /// <summary>The same for a line of JSON, in the way of JSON; such characters can only stand inside its texts.</summary>
    public static string EscapeJson(string line) => Escape(line, code => $"\\u{code:x4}");

    static string Escape(string text, Func<int, string> write)
    {
        if (!text.Any(IsHarmful)) return text;
        var safe = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) safe.Append(text[i++]).Append(text[i]);
            else if (IsHarmful(text[i])) safe.Append(write(text[i]));
            else safe.Append(text[i]);
        }

        return safe.ToString();
    }

    // A surrogate is harmful only when it is alone, which the caller looks at.
    static bool IsHarmful(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => true,
        UnicodeCategory.Format => c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF',
        _ => false,
    };
}
