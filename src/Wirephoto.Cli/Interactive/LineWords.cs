using System.Text;
using Wirephoto.Cli.Arguments;

namespace Wirephoto.Cli.Interactive;

/// <summary>Splits a typed line into words; quotes of either kind hold words with spaces together.</summary>
static class LineWords
{
    /// <summary>The words of a line.</summary>
    /// <exception cref="UsageException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var begun = false;
        foreach (var c in line)
        {
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                begun = true;
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                begun = true;
            }
            else if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }

        if (quote != '\0') throw new UsageException($"the quote {quote} is not closed");
        if (begun) words.Add(word.ToString());
        return words;
    }

    /// <summary>The first word as it was typed, and what follows it.</summary>
    public static (string First, string Others) Cut(string line)
    {
        var text = line.Trim();
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        return (text[..end], text[end..].Trim());
    }
}
