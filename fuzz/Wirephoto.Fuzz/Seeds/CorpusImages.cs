namespace Wirephoto.Fuzz.Seeds;

/// <summary>Small real images, where the folder that WIREPHOTO_CORPUS names is there.</summary>
static class CorpusImages
{
    const int Small = 6000;

    /// <summary>Files of a sub-folder whose names end so.</summary>
    public static IEnumerable<byte[]> Of(string folder, string ending)
    {
        if (Environment.GetEnvironmentVariable("WIREPHOTO_CORPUS") is not { } corpus || Path.Combine(corpus, folder) is not { } path || !Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path, "*" + ending).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(bytes => bytes.Length <= Small);
    }
}
