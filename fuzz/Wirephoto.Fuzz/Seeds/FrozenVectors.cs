using System.Runtime.CompilerServices;

namespace Wirephoto.Fuzz.Seeds;

/// <summary>The bytes of the files under <c>spec/vectors</c>.</summary>
static class FrozenVectors
{
    static string Root { get; } = Path.Combine(SourceFolder(), "..", "..", "..", "spec", "vectors");

    /// <summary>Frames, with their bodies, of one kind: head, request, reply or name.</summary>
    public static IEnumerable<byte[]> Of(string kind) => Texts(kind).Where(text => text.Contains("\nhex:", StringComparison.Ordinal)).Select(text => Hex(text[(text.IndexOf("\nhex:", StringComparison.Ordinal) + 5)..]));

    /// <summary>All that one side says in the conversations of a dialect: C or S.</summary>
    public static IEnumerable<byte[]> Side(string dialect, char side) => Texts("dialects")
        .Where(text => text.StartsWith($"name: dialects/{dialect}-", StringComparison.Ordinal))
        .Select(text => Hex(string.Concat(text.Split('\n').Where(line => line.StartsWith($"{side}: ", StringComparison.Ordinal)).Select(line => line[3..]))));

    static IEnumerable<string> Texts(string kind) =>
        Directory.EnumerateFiles(Path.Combine(Root, kind), "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText);

    static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));

    static string SourceFolder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
