using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol.Messages;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class OtherRequestTests : IDisposable
{
    readonly TempFolder local = new();

    [Fact]
    [Trait("Requirement", "R0-2.2.3.3")]
    [Trait("Requirement", "R2-5.3")]
    [Trait("Requirement", "R3-9.L.1")]
    [Trait("Requirement", "R3-9.L.2")]
    [Trait("Requirement", "R3-7.3")]
    [Trait("Requirement", "R4-1.2")]
    [Trait("Requirement", "R1-2.4")]
    [Trait("Requirement", "R3-3.5")]
    public async Task Entries_are_on_standard_output_one_per_line_and_the_report_is_on_standard_error()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("b.png", TestPng.Make(4, 4, 1));
        local.Write("iceland/a.png", TestPng.Make(4, 4, 2));
        await server.ClientAsync(local.Root, "PUT", "b.png", "iceland", "-r");

        var outcome = await server.ClientAsync(local.Root, "LIST");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("b.png\niceland/\n", outcome.Output);
        Assert.Equal([$"{server.Address} LIST success 2 entries"], outcome.ErrorLines);
        Assert.Equal("iceland/a.png\n", (await server.ClientAsync(local.Root, "list", "iceland")).Output);
        Assert.Equal("b.png\niceland/a.png\n", (await server.ClientAsync(local.Root, "list", "-r")).Output);
        Assert.Matches(@"^ *\d+ B +4x4  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  b\.png\n", (await server.ClientAsync(local.Root, "list", "--long")).Output);
    }

    [Fact]
    [Trait("Requirement", "R1-4.LIST.4")]
    public async Task An_empty_listing_prints_nothing_and_says_so()
    {
        await using var server = await RunningServer.StartAsync();

        var outcome = await server.ClientAsync(local.Root, "list");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal([$"{server.Address} LIST success the server has no images"], outcome.ErrorLines);
    }

    [Fact]
    public async Task Have_asks_for_every_file_of_a_folder_also_for_those_that_put_passes_over()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("shoot/a.png", TestPng.Make(4, 4, 1));
        local.Write("shoot/b.cr3", [1]);
        local.Write("shoot/.hidden", [1]);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "-r", "shoot")).ExitCode);

        var outcome = await server.ClientAsync(local.Root, "have", "-r", "shoot");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("shoot/a.png success stored as shoot/a.png", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("shoot/b.cr3 failure not_found: ", outcome.Lines[1], StringComparison.Ordinal);
        Assert.Contains("skipped 1 in folders: 1 hidden", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("not_found: 'put' stores what the server does not have.", outcome.ErrorLines[^1]);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("have")]
    public async Task A_folder_without_recursive_is_told_how_to_go_on(string request)
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("shoot/a.png", TestPng.Make(4, 4, 1));

        var outcome = await server.ClientAsync(local.Root, request, "shoot");

        Assert.Equal(6, outcome.ExitCode);
        Assert.EndsWith(" failure local_failed: shoot is a folder", Assert.Single(outcome.Lines), StringComparison.Ordinal);
        Assert.Equal(["local_failed: Name files, or add --recursive for all that is in a folder."], outcome.ErrorLines);
    }

    [Fact]
    public async Task A_name_in_other_letters_is_told_as_it_is_stored()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.Make(4, 4, 1));
        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "a.png")).ExitCode);

        var outcome = await server.ClientAsync(local.Root, "put", "a.png", "--as", "A.PNG");

        Assert.Contains(" PUT A.PNG success already stored as a.png, ", Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R3-7.3")]
    [Trait("Requirement", "R4-1.4")]
    [Trait("Requirement", "R4-1.5")]
    [Trait("Requirement", "R2-1.2")]
    [Trait("Requirement", "R4-1.1")]
    [Trait("Requirement", "R4-3.3")]
    public async Task Several_requests_of_one_line_run_in_order_on_one_connection()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("in/a.png", TestPng.Make(4, 4, 1));

        var outcome = await server.ClientAsync(local.Root, "put", "in/a.png", "get", "a.png", "stat", "a.png", "have", "in/a.png", "say", "hello", "there",
            "delete", "a.png", "have", "in/a.png", "status");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(["PUT", "GET", "STAT", "HAVE", "SAY", "DELETE", "HAVE", "Client01", "STATUS"], outcome.Lines.Select(line => line.StartsWith("Client", StringComparison.Ordinal) ? line.Split(' ')[0] : line.Split(' ')[1]));
        Assert.Contains("success stored as a.png", outcome.Lines[3], StringComparison.Ordinal);
        Assert.Contains("SAY success hello there ACK", outcome.Lines[4], StringComparison.Ordinal);
        Assert.Contains("failure not_found: ", outcome.Lines[6], StringComparison.Ordinal);
        Assert.Contains("to now", outcome.Lines[7], StringComparison.Ordinal);
        Assert.Contains("STATUS success ", outcome.Lines[8], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_from_a_server_can_not_steer_the_terminal()
    {
        await using var server = new ScriptedServer((type, _) => type switch
        {
            "hello" => ScriptedServer.Hello,
            "list" => ScriptedServer.List("a\u001b]0;owned\u0007.png", "gpj.\u202eexe.png", "[red]b.png"),
            _ => (new SayReply("\u009b31m\rfaked line"), []),
        });

        foreach (var options in (string[][])[[], ["--json"], ["--long"]])
        {
            var outcome = await ClientProcess.RunAsync(local.Root, ["localhost", server.Port, "list", "say", "hi", .. options]);

            Assert.Equal(0, outcome.ExitCode);
            Assert.DoesNotContain(outcome.Output + outcome.Error, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.Contains("[red]b.png", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "R4-6.3.c")]
    public async Task Progress_without_a_terminal_is_plain_lines_and_only_when_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.OfSize(100_000, 1));

        Assert.Empty((await server.ClientAsync(local.Root, "put", "a.png")).Error);
        var outcome = await server.ClientAsync(local.Root, "put", "a.png", "--as", "b.png", "--progress", "always");

        Assert.Contains("1/1 files  100 kB of 100 kB", outcome.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Error);
    }

    public void Dispose() => local.Dispose();
}
