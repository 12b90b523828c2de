namespace Wirephoto.Protocol;

/// <summary>Lower-case hexadecimal text of a known length: the one spelling of digests and tokens.</summary>
static class LowerHex
{
    const int Longest = 64;
    const byte NoDigit = 255;

    // What each byte is worth. A table, because vectors are not compiled ahead, and a client often ends before they would be.
    static readonly byte[] Values = CreateValues();

    /// <summary>Reads exactly two digits for each of the at most 32 bytes of <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> value)
    {
        if (text.Length > Longest) return false;
        Span<byte> digits = stackalloc byte[text.Length];
        for (var i = 0; i < text.Length; i++) digits[i] = text[i] < 0x80 ? (byte)text[i] : (byte)0;
        return TryParse(digits, value);
    }

    /// <summary>Reads exactly two digits in ASCII for each byte of <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> value)
    {
        if (text.Length != value.Length * 2) return false;
        var values = Values;
        var all = 0;
        for (var i = 0; i < value.Length; i++)
        {
            int high = values[text[2 * i]], low = values[text[(2 * i) + 1]];
            all |= high | low;
            value[i] = (byte)((high << 4) | low);
        }

        return all < 16;
    }

    static byte[] CreateValues()
    {
        var values = new byte[256];
        Array.Fill(values, NoDigit);
        for (var digit = 0; digit < 16; digit++) values["0123456789abcdef"[digit]] = (byte)digit;
        return values;
    }
}
