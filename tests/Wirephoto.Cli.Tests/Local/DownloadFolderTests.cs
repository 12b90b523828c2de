using Wirephoto.Cli.Local;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Tests.Local;

public sealed class DownloadFolderTests : IDisposable
{
    readonly TempFolder folder = new();

    static ImageName Name(string text) => ImageName.Parse(text, ImageTypes.Default);

    [Fact]
    public void An_image_keeps_its_folders_or_goes_right_into_the_target()
    {
        var target = new DownloadFolder(folder["new/target"]);

        Assert.Equal(folder["new/target/a/b/c.jpg"], target.PathFor(Name("a/b/c.jpg"), keepFolders: true));
        Assert.True(Directory.Exists(folder["new/target/a/b"]));
        Assert.Equal(folder["new/target/c.jpg"], target.PathFor(Name("a/b/c.jpg"), keepFolders: false));
    }

    [Fact]
    public void A_planted_link_is_not_followed_out_of_the_target()
    {
        Directory.CreateDirectory(folder["elsewhere"]);
        Directory.CreateDirectory(folder["target"]);
        Directory.CreateSymbolicLink(folder["target/a"], folder["elsewhere"]);

        var refusal = Assert.Throws<WirephotoException>(() => new DownloadFolder(folder["target"]).PathFor(Name("a/b/c.jpg"), keepFolders: true));

        Assert.Equal(ErrorCode.LocalFailed, refusal.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["elsewhere"]));
    }

    [Fact]
    public void A_file_in_the_way_of_a_folder_is_left_alone()
    {
        var inTheWay = folder.Write("target/a", [7]);

        var refusal = Assert.Throws<WirephotoException>(() => new DownloadFolder(folder["target"]).PathFor(Name("a/b.jpg"), keepFolders: true));

        Assert.Equal(ErrorCode.LocalFailed, refusal.Code);
        Assert.Equal($"{inTheWay} is a file, where a folder for the images would be", refusal.Message);
        Assert.Equal([7], File.ReadAllBytes(inTheWay));
    }

    [Fact]
    public void A_file_in_the_place_of_the_target_is_left_alone()
    {
        var inTheWay = folder.Write("target", [7]);

        var refusal = Assert.Throws<WirephotoException>(() => new DownloadFolder(inTheWay).PathFor(Name("b.jpg"), keepFolders: false));

        Assert.Equal((ErrorCode.LocalFailed, $"{inTheWay} is a file, where a folder for the images would be"), (refusal.Code, refusal.Message));
        Assert.Contains("--to", refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal([7], File.ReadAllBytes(inTheWay));
    }

    public void Dispose() => folder.Dispose();
}
