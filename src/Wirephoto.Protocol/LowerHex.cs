using System.Buffers;

namespace Wirephoto.Protocol;

/// <summary>Lower-case hexadecimal text of a known length: the one spelling of digests and tokens.</summary>
static class LowerHex
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    // What each byte is worth as a digit; 255: it is none. A table, because a program that runs for less than a second never gets vectors compiled.
    static readonly byte[] Values = CreateValues();

    /// <summary>Reads exactly two digits for each byte of <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> value) =>
        text.Length == value.Length * 2
        && !text.ContainsAnyExcept(Digits)
        && Convert.FromHexString(text, value, out _, out _) == OperationStatus.Done;

    /// <summary>Reads exactly two digits in ASCII for each byte of <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> value)
    {
        if (text.Length != value.Length * 2) return false;
        var wrong = 0;
        for (var i = 0; i < value.Length; i++)
        {
            int high = Values[text[2 * i]], low = Values[text[(2 * i) + 1]];
            wrong |= high | low;
            value[i] = (byte)((high << 4) | (low & 15));
        }

        return wrong < 16;
    }

    static byte[] CreateValues()
    {
        var values = new byte[256];
        Array.Fill(values, (byte)255);
        for (var digit = 0; digit < 16; digit++) values["0123456789abcdef"[digit]] = (byte)digit;
        return values;
    }
}
