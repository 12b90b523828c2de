namespace Wirephoto.Architecture.Tests;

public sealed class HouseRules
{
    [Fact]
    [Trait("Requirement", "R0-3.4")]
    [Trait("Requirement", "R0-3.6")]
    public void No_file_is_over_400_lines_and_the_median_is_under_100()
    {
        var lengths = Repository.Sources("src").Select(path => (path, lines: File.ReadLines(path).Count())).OrderBy(file => file.lines).ToList();

        Assert.DoesNotContain(lengths, file => file.lines > 400);
        Assert.InRange(lengths[lengths.Count / 2].lines, 1, 99);
    }

    [Fact]
    [Trait("Requirement", "R1-2.6")]
    [Trait("Requirement", "R0-3.6")]
    public void Folders_and_files_are_named_after_what_they_hold()
    {
        string[] drawers = ["Utils", "Utilities", "Helpers", "Common", "Misc"];
        var names = Repository.Sources("src").SelectMany(path => Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar));

        Assert.DoesNotContain(names, name => drawers.Any(drawer => Path.GetFileNameWithoutExtension(name).EndsWith(drawer, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Tests_do_not_sleep()
    {
        var sleepers = Repository.Sources("tests")
            .Where(path => Path.GetFileName(path) != "HouseRules.cs")
            .Where(path => File.ReadAllText(path) is var text && (text.Contains("Thread.Sleep", StringComparison.Ordinal) || text.Contains("Task.Delay", StringComparison.Ordinal)));

        Assert.Empty(sleepers);
    }
}
