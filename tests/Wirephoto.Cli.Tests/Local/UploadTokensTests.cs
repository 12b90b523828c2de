using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Tests.Support;

namespace Wirephoto.Cli.Tests.Local;

public sealed class UploadTokensTests : IDisposable
{
    static readonly ServerAddress Server = new("nas", 5000);

    readonly TempFolder folder = new();

    static UploadTokens OfUser(string? state) => UploadTokens.OfUser(name => name == "XDG_STATE_HOME" ? state : null);

    static LocalImage Image(string path = "/a.jpg", string name = "a.jpg", long length = 5, long ticks = 9) =>
        new(path, name, length, new DateTimeOffset(ticks, TimeSpan.Zero), false, null);

    [Fact]
    public void A_later_run_finds_the_same_token_for_the_same_file()
    {
        Assert.Equal(OfUser(folder.Root).For(Image(), Server), OfUser(folder.Root).For(Image(), Server));
    }

    [Fact]
    public void Another_file_name_server_or_user_has_another_token()
    {
        var tokens = OfUser(folder.Root);
        var all = new[]
        {
            tokens.For(Image(), Server), tokens.For(Image(path: "/b.jpg"), Server), tokens.For(Image(name: "b.jpg"), Server), tokens.For(Image(length: 6), Server),
            tokens.For(Image(ticks: 10), Server), tokens.For(Image(), Server with { Port = 1 }), OfUser(folder["other"]).For(Image(), Server),
        };

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void The_secret_can_be_read_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no Unix modes");
        OfUser(folder.Root);

        var secret = new FileInfo(folder["wirephoto/secret"]);
        Assert.Equal(32, secret.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, secret.UnixFileMode);
        Assert.Single(secret.Directory!.GetFiles());
    }

    [Fact]
    public void Without_a_place_for_the_secret_every_token_is_random()
    {
        folder.Write("file", [1]);
        foreach (var tokens in (UploadTokens[])[OfUser(null), OfUser("relative"), OfUser(folder["file"])])
            Assert.NotEqual(tokens.For(Image(), Server), tokens.For(Image(), Server));
    }

    public void Dispose() => folder.Dispose();
}
