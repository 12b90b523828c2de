namespace Wirephoto.Protocol.Tests.Vectors;

/// <summary>The frozen vectors, found by walking up from the test assembly to the repository's root.</summary>
static class VectorFiles
{
    public static string Root { get; } = FindRoot();

    // Those of the dialects are whole connections, not messages: the server's tests play them.
    public static IReadOnlyDictionary<string, Vector> All { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "spec", "vectors"), "*.txt", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "dialects")
        .ToDictionary(NameOf, file => Vector.Parse(File.ReadAllText(file)));

    public static TheoryData<string> Names(string kind) => [.. All.Where(pair => pair.Value.Kind == kind).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    static string NameOf(string file) => Path.GetFileName(Path.GetDirectoryName(file)) + "/" + Path.GetFileNameWithoutExtension(file);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wirephoto.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("no Wirephoto.slnx above " + AppContext.BaseDirectory);
    }
}
