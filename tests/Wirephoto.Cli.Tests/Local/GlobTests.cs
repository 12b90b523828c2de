using Wirephoto.Cli.Local;
using Wirephoto.Cli.Tests.Support;

namespace Wirephoto.Cli.Tests.Local;

public sealed class GlobTests : IDisposable
{
    readonly TempFolder folder = new();

    public GlobTests()
    {
        foreach (var path in (string[])["b.jpg", "a.jpg", "c.png", ".hidden.jpg", "shoot/1.png", "shoot/day/2.png", "shoot/day/night/3.png", "shoot/.git/4.png", "x[1].jpg"])
            folder.Write(path, [1]);
    }

    [Theory]
    [InlineData("*.jpg", "a.jpg b.jpg x[1].jpg")]
    [InlineData("?.jpg", "a.jpg b.jpg")]
    [InlineData("*", "a.jpg b.jpg c.png x[1].jpg")]
    [InlineData("x[1].*", "x[1].jpg")]
    [InlineData("shoot/*.png", "shoot/1.png")]
    [InlineData("shoot/**/*.png", "shoot/1.png shoot/day/2.png shoot/day/night/3.png")]
    [InlineData("**/3.png", "shoot/day/night/3.png")]
    [InlineData("shoot/**", "shoot/1.png shoot/day/2.png shoot/day/night/3.png")]
    [InlineData("*/day/?.png", "shoot/day/2.png")]
    [InlineData("*.gif", "")]
    [InlineData("nowhere/*.jpg", "")]
    [InlineData("*.JPG", "")]
    public void A_pattern_finds_what_a_shell_would(string pattern, string expected)
    {
        var found = Glob.Expand(Path.Combine(folder.Root, pattern), folders: false).Select(path => Path.GetRelativePath(folder.Root, path));

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public void Folders_match_only_when_they_are_wanted()
    {
        Assert.DoesNotContain(folder["shoot"], Glob.Expand(folder["*"], folders: false));
        Assert.Contains(folder["shoot"], Glob.Expand(folder["*"], folders: true));
    }

    [Fact]
    public void A_link_that_leads_in_a_circle_is_not_followed()
    {
        Directory.CreateSymbolicLink(folder["shoot/day/up"], folder["shoot"]);

        Assert.Equal(3, Glob.Expand(folder["shoot/**/*.png"], folders: false).Count);
    }

    public void Dispose() => folder.Dispose();
}
