using System.Runtime.CompilerServices;

namespace Wirephoto.Server.Tests.Support;

/// <summary>Files of the checkout that tests use.</summary>
static class SourceTree
{
    public static string Root { get; } = Find();

    /// <summary>The folder of real and broken images beside the checkout, or in WIREPHOTO_CORPUS; the test is skipped without it.</summary>
    public static string Corpus(string part)
    {
        var corpus = Environment.GetEnvironmentVariable("WIREPHOTO_CORPUS") ?? Path.Combine(Root, "..", "shared", "corpus");
        var folder = Path.Combine(corpus, part);
        Assert.SkipUnless(Directory.Exists(folder), "there is no corpus of photographs: set WIREPHOTO_CORPUS to its folder");
        return folder;
    }

    static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Wirephoto.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
