using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Tests.Names;

public class FolderNameTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("iceland", "iceland", "iceland/")]
    [InlineData("iceland/", "iceland", "iceland/")]
    [InlineData("a/b c/v1.2", "a/b c/v1.2", "a/b c/v1.2/")]
    public void A_folder_may_end_in_one_slash(string sent, string text, string prefix)
    {
        Assert.Equal(text, FolderName.Parse(sent).Text);
        Assert.Equal(prefix, FolderName.Parse(sent).Prefix);
        Assert.Equal(text, FolderName.Parse(sent).ToString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("a//")]
    [InlineData("/a")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData(".wirephoto")]
    [InlineData("a\\b")]
    [InlineData("a\n")]
    [InlineData("con")]
    public void A_folder_obeys_the_rules_of_names(string sent) =>
        Assert.Equal(ErrorCode.BadName, Assert.Throws<WirephotoException>(() => FolderName.Parse(sent)).Code);

    [Fact]
    public void The_top_is_the_empty_name() => Assert.Equal(FolderName.Top, FolderName.Parse(""));
}
