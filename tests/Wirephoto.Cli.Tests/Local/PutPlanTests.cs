using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Tests.Local;

public sealed class PutPlanTests : IDisposable
{
    readonly TempFolder folder = new();

    public PutPlanTests()
    {
        foreach (var path in (string[])["a.jpg", "shoot/b.JPG", "shoot/day/c.png", "shoot/notes.txt", "shoot/.wirephoto/index.png", "shoot/.hidden.jpg",
            "shoot/@eaDir/thumb.jpg", "shoot/Thumbs.db", "shoot/.DS_Store"])
            folder.Write(path, [1, 2, 3]);
        folder.Write("empty.jpg", []);
        File.CreateSymbolicLink(folder["shoot/link.jpg"], folder["a.jpg"]);
        Directory.CreateSymbolicLink(folder["shoot/circle"], folder["shoot"]);
    }

    PutPlan Plan(CliOptions options, params string[] operands) =>
        PutPlan.Of([.. operands.Select(operand => folder.Root + "/" + operand)], options).For(ImageTypes.Default);

    static string Names(PutPlan plan) => string.Join(' ', plan.Images.Select(image => image.Name));

    [Fact]
    public void A_file_gets_the_last_part_of_its_path_as_its_name() =>
        Assert.Equal("a.jpg b.JPG c.png", Names(Plan(new(), "a.jpg", "shoot/b.JPG", "shoot/**/c.png")));

    [Theory]
    [InlineData("shoot")]
    [InlineData("shoot/")]
    [InlineData("shoot//")]
    public void A_folder_keeps_its_own_name_as_with_cp(string operand) =>
        Assert.Equal("shoot/b.JPG shoot/day/c.png", Names(Plan(new() { Recursive = true }, operand)));

    [Theory]
    [InlineData("shoot/.")]
    [InlineData("shoot/day/..")]
    public void A_folder_without_a_name_of_its_own_stands_for_what_is_in_it(string operand) =>
        Assert.Equal("b.JPG day/c.png", Names(Plan(new() { Recursive = true }, operand)));

    [Fact]
    public void A_recursive_pattern_keeps_the_folders_below_its_own() =>
        Assert.Equal("shoot/day/c.png", Names(Plan(new() { Recursive = true }, "shoot/**/*.png")));

    [Fact]
    public void In_folders_what_is_no_image_hidden_or_a_link_is_passed_over_and_counted() =>
        Assert.Equal("skipped 8 in folders: 5 hidden, 2 linked, 1 .txt", PassedOver.Text(Plan(new() { Recursive = true }, "shoot").Skipped));

    [Fact]
    public void In_folders_what_has_no_bytes_fails_only_if_it_would_be_an_image()
    {
        folder.Write("trip/a.xmp", []);
        folder.Write("trip/b.jpg", []);

        var plan = Plan(new() { Recursive = true }, "trip");

        Assert.Equal(ErrorCode.Empty, Assert.Single(plan.Images).Fault?.Code);
        Assert.Equal(("trip/b.jpg", 1), (Names(plan), plan.Skipped.Count));
    }

    [Fact]
    public void What_is_passed_over_is_told_by_its_type_and_not_without_end()
    {
        string[] names = ["a.CR3", "b.cr3", "c.heic", "notes", "dot.", "talk. of \u001b[31m", "d.1", "e.2", "f.3", "g.4"];

        Assert.Equal(
            "skipped 10 in folders: 3 of no known type, 2 .cr3, 1 .1, 1 .2, 1 .3, 1 .4, 1 more",
            PassedOver.Text([.. names.Select(PassedOver.Type)]));
    }

    [Fact]
    public void A_wider_server_gets_more_of_a_folder()
    {
        var plan = PutPlan.Of([folder["shoot"]], new() { Recursive = true }).For(new ImageTypes(["txt"]));
        Assert.Equal("shoot/notes.txt", Names(plan));
    }

    [Theory]
    [Trait("Requirement", "R1-4.PUT.1")]
    [Trait("Requirement", "R0-2.2.1.2")]
    [Trait("Requirement", "R2-3.2")]
    [InlineData("missing.jpg", ErrorCode.LocalMissing)]
    [InlineData("*.gif", ErrorCode.LocalMissing)]
    [InlineData("empty.jpg", ErrorCode.Empty)]
    [InlineData("shoot", ErrorCode.LocalFailed)]
    [InlineData("shoot/notes.txt", ErrorCode.UnsupportedType)]
    [InlineData("shoot/.hidden.jpg", ErrorCode.BadName)]
    public void What_can_not_be_stored_is_known_before_anything_is_sent(string operand, ErrorCode expected) =>
        Assert.Equal(expected, Assert.Single(Plan(new(), operand).Images).Fault?.Code);

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_its_writer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "named pipes are no files there");
        using var make = System.Diagnostics.Process.Start("mkfifo", folder["pipe.jpg"]);
        make.WaitForExit();

        Assert.Equal(ErrorCode.Empty, Assert.Single(Plan(new(), "pipe.jpg").Images).Fault?.Code);
    }

    [Fact]
    public void A_name_of_its_own_is_for_one_file_and_a_folder_for_all()
    {
        Assert.Equal("x/y.jpg", Names(Plan(new() { As = "x/y.jpg" }, "a.jpg")));
        Assert.Equal("trip/a.jpg trip/b.JPG", Names(Plan(new() { As = "trip/" }, "a.jpg", "shoot/b.JPG")));
        Assert.Equal("trip/shoot/b.JPG trip/shoot/day/c.png", Names(Plan(new() { As = "trip/", Recursive = true }, "shoot")));
        Assert.Throws<UsageException>(() => Plan(new() { As = "x.jpg" }, "shoot/*"));
    }

    [Fact]
    public void A_file_may_be_named_like_a_pattern()
    {
        folder.Write("what?.jpg", [1]);
        folder.Write("whats.jpg", [1]);

        Assert.Equal("what?.jpg", Names(Plan(new(), "what?.jpg")));
    }

    public void Dispose() => folder.Dispose();
}
