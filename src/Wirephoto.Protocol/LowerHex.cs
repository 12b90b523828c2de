using System.Buffers;

namespace Wirephoto.Protocol;

/// <summary>Lower-case hexadecimal text of a known length: the one spelling of digests and tokens.</summary>
static class LowerHex
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads exactly two digits for each byte of <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> value) =>
        text.Length == value.Length * 2
        && !text.ContainsAnyExcept(Digits)
        && Convert.FromHexString(text, value, out _, out _) == OperationStatus.Done;
}
