using System.Text;

namespace Wirephoto.Fuzz.SlowRules;

/// <summary>Where a request of D3 ends, once more: docs/dialects.md, "D3", over one string of Latin-1.</summary>
static class SlowD3Request
{
    /// <summary>The end of a request: the bytes of its name, how many bytes it has, and whether more of the name could still follow.</summary>
    public sealed record End(string Name, int Length, bool Certain);

    /// <summary>Whether bytes begin as this dialect's requests do.</summary>
    public static bool IsRequest(byte[] bytes) =>
        ((string[])["list ", "get ", "put ", "invalid"]).Any(start => Encoding.Latin1.GetString(bytes).StartsWith(start, StringComparison.Ordinal));

    /// <summary>The request; null: more of it must come.</summary>
    public static End? Read(byte[] bytes)
    {
        var all = Encoding.Latin1.GetString(bytes);
        if (all.StartsWith("list ", StringComparison.Ordinal)) return new End("", 5, true);
        if (all.StartsWith("invalid", StringComparison.Ordinal)) return new End("", 7, true);
        if (all.Length == 4) return null;

        var text = new string([.. all[4..].TakeWhile(c => c >= ' ')]);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && Types.Any(type => text[..i].EndsWith("." + type, StringComparison.OrdinalIgnoreCase))) return new End(text[..i], 4 + i + 1, true);
        }

        if (4 + text.Length < all.Length) return new End(text, 4 + text.Length, true);
        return text.EndsWith(' ') ? new End(text[..^1], all.Length, false) : null;
    }

    static readonly string[] Types = ["jpg", "jpeg", "png"];
}
