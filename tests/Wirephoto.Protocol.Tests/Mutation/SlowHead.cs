using System.Globalization;
using System.Numerics;
using System.Text;

namespace Wirephoto.Protocol.Tests.Mutation;

/// <summary>
/// The rules for heads once more, written straight from docs/protocol.md, one character at a time and without any JSON library: what the
/// product's parser is compared with.
/// </summary>
sealed class SlowHead
{
    readonly string text;
    int at;

    SlowHead(string text) => this.text = text;

    /// <summary>The members of the head (text, number, bool, or null for anything else), or null when it is refused.</summary>
    public static Dictionary<string, object?>? Read(byte[] bytes)
    {
        try
        {
            var head = new SlowHead(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            Demand(head.text.StartsWith('{') && head.text.EndsWith('}'));
            var members = head.Object(depth: 1);
            Demand(head.at == head.text.Length);
            return members;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    char Next => at < text.Length ? text[at] : '\0';

    static void Demand(bool condition)
    {
        if (!condition) throw new FormatException();
    }

    void Expect(string word)
    {
        foreach (var c in word)
        {
            Demand(at < text.Length && text[at] == c);
            at++;
        }
    }

    void Space()
    {
        while (Next is ' ' or '\t' or '\r' or '\n') at++;
    }

    object? Value(int depth)
    {
        switch (Next)
        {
            case '{':
                Object(depth + 1);
                return null;
            case '[':
                List(depth + 1);
                return null;
            case '"':
                return Text();
            case 't':
                Expect("true");
                return true;
            case 'f':
                Expect("false");
                return false;
            case 'n':
                Expect("null");
                return null;
            default:
                return Number();
        }
    }

    Dictionary<string, object?> Object(int depth)
    {
        Demand(depth <= 8);
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        Expect("{");
        Space();
        if (Next == '}')
        {
            at++;
            return members;
        }

        while (true)
        {
            Space();
            var name = Text();
            Space();
            Expect(":");
            Space();
            Demand(members.TryAdd(name, Value(depth)));
            Space();
            if (Next == '}') break;
            Expect(",");
        }

        at++;
        return members;
    }

    void List(int depth)
    {
        Demand(depth <= 8);
        Expect("[");
        Space();
        if (Next == ']')
        {
            at++;
            return;
        }

        while (true)
        {
            Space();
            Value(depth);
            Space();
            if (Next == ']') break;
            Expect(",");
        }

        at++;
    }

    long Number()
    {
        var start = at;
        while (char.IsAsciiDigit(Next)) at++;
        var digits = text[start..at];
        Demand(digits.Length > 0 && (digits == "0" || digits[0] != '0') && Next is not ('.' or 'e' or 'E'));
        Demand(BigInteger.Parse(digits, CultureInfo.InvariantCulture) < BigInteger.Pow(2, 53));
        return long.Parse(digits, CultureInfo.InvariantCulture);
    }

    string Text()
    {
        Expect("\"");
        var result = new StringBuilder();
        while (Next != '"')
        {
            Demand(at < text.Length && text[at] >= ' ');
            result.Append(text[at] == '\\' ? Escape() : text[at++]);
        }

        at++;
        Demand(IsWhole(result.ToString()));
        return result.ToString();
    }

    char Escape()
    {
        at++;
        var kind = Next;
        at++;
        if (kind == 'u')
        {
            Demand(at + 4 <= text.Length && text.AsSpan(at, 4).ToArray().All(char.IsAsciiHexDigit));
            at += 4;
            return (char)Convert.ToInt32(text.Substring(at - 4, 4), 16);
        }

        var index = "\"\\/bfnrt".IndexOf(kind);
        Demand(index >= 0);
        return "\"\\/\b\f\n\r\t"[index];
    }

    static bool IsWhole(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) i++;
            else if (char.IsSurrogate(value[i])) return false;
        }

        return true;
    }
}
