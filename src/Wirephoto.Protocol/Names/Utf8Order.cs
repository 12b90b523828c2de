namespace Wirephoto.Protocol.Names;

/// <summary>Sorts text by its UTF-8 bytes, as every store and every listing does.</summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static Utf8Order Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var at = left.CommonPrefixLength(right);
        if (at == left.Length || at == right.Length) return left.Length - right.Length;

        // UTF-16 sorts like UTF-8 except that surrogates (U+10000 and up) must come after U+E000..U+FFFF.
        return Weight(left[at]) - Weight(right[at]);

        static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}
