using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Wirephoto.Fuzz.Engine;

/// <summary>The files under <c>fuzz/findings/TARGET</c>. They stay when their fault is mended: the tests run them again.</summary>
public static class SavedFindings
{
    /// <summary>The folder of all findings.</summary>
    public static string Root { get; } = Path.Combine(SourceFolder(), "..", "..", "findings");

    /// <summary>Saves a finding under a name that follows from its bytes.</summary>
    public static string Save(FuzzTarget target, byte[] bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, target.Name)).FullName;
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12] + ".bin");
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>The files of a target.</summary>
    public static IEnumerable<string> Of(FuzzTarget target) =>
        Path.Combine(Root, target.Name) is var folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal) : [];

    static string SourceFolder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
