using Wirephoto.Server.Dialects;

namespace Wirephoto.Server.Options;

/// <summary>Dialects as people list them: none, all, or some of d1,d2,d3,d4.</summary>
static class DialectList
{
    /// <summary>Every dialect.</summary>
    public static IReadOnlySet<WireFormat> All { get; } = new HashSet<WireFormat> { WireFormat.D1, WireFormat.D2, WireFormat.D3, WireFormat.D4 };

    /// <summary>Reads a list; null when it is none.</summary>
    public static IReadOnlySet<WireFormat>? Parse(string text)
    {
        var words = text.ToUpperInvariant().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (words is ["ALL"]) return All;
        if (words is ["NONE"]) return new HashSet<WireFormat>();
        var listed = All.Where(dialect => words.Contains(dialect.ToString())).ToHashSet();
        return words.Length > 0 && words.All(word => listed.Any(dialect => dialect.ToString() == word)) ? listed : null;
    }
}
