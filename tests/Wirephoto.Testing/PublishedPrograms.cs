namespace Wirephoto.Testing;

/// <summary>The programs as the launchers publish them, which tests run instead of those of their own build when WIREPHOTO_PROGRAMS names the folder.</summary>
public static class PublishedPrograms
{
    /// <summary>The folder of a project's program; null: the tests' own build has to do.</summary>
    public static string? FolderOf(string project) =>
        Environment.GetEnvironmentVariable("WIREPHOTO_PROGRAMS") is { Length: > 0 } programs ? Path.Combine(programs, project) : null;
}
