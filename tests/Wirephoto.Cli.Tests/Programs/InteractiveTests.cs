using Wirephoto.Cli.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class InteractiveTests : IDisposable
{
    readonly TempFolder local = new();

    async Task<Outcome> TalkAsync(RunningServer server, params string[] typed) =>
        await ClientProcess.RunAsync(local.Root, ["localhost", server.Port, "--interactive"], string.Join('\n', typed) + "\n", null);

    [Fact]
    [Trait("Requirement", "R4-5.4")]
    [Trait("Requirement", "R4-5.5")]
    [Trait("Requirement", "R4-5.6")]
    [Trait("Requirement", "R4-6.1")]
    [Trait("Requirement", "R4-6.2")]
    [Trait("Requirement", "R4-6.4")]
    [Trait("Requirement", "R4-7.2")]
    [Trait("Requirement", "R4-7.3")]
    [Trait("Requirement", "R4-1.6")]
    [Trait("Requirement", "R4-5.2")]
    [Trait("Requirement", "R4-6.6")]
    [Trait("Requirement", "R3-2.3")]
    [Trait("Requirement", "R4-3.4")]
    [Trait("Requirement", "R4-10.8")]
    public async Task It_says_who_it_is_and_takes_requests_and_any_other_text()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("my cat.png", TestPng.Make(4, 4, 1));

        var outcome = await TalkAsync(server, "Hello, don't panic", "put \"my cat.png\"", "LIST", "get 'my cat.png' --to out", "stat 'my cat.png'", "status",
            "have 'my cat.png'", "say list", "delete 'my cat.png'", "", "exit", "never read");

        Assert.Equal(0, outcome.ExitCode);
        var lines = outcome.Lines;
        Assert.Equal("Connected as Client01", lines[0]);
        Assert.Equal("Server: Hello, don't panic ACK", lines[1]);
        Assert.Contains(" PUT my cat.png success stored ", lines[2], StringComparison.Ordinal);
        Assert.Equal("my cat.png", lines[3]);
        Assert.Contains(" GET my cat.png success received ", lines[4], StringComparison.Ordinal);
        Assert.Contains(" STAT my cat.png success ", lines[5], StringComparison.Ordinal);
        Assert.StartsWith("Client01  ", lines[6], StringComparison.Ordinal);
        Assert.Contains(" STATUS success ", lines[7], StringComparison.Ordinal);
        Assert.Contains(" HAVE my cat.png success stored as my cat.png", lines[8], StringComparison.Ordinal);
        Assert.Equal("Server: list ACK", lines[9]);
        Assert.Contains(" DELETE my cat.png success ", lines[10], StringComparison.Ordinal);
        Assert.Equal(11, lines.Length);
        Assert.True(File.Exists(local["out/my cat.png"]));
    }

    [Fact]
    public async Task What_is_wrong_or_fails_is_told_and_the_session_goes_on()
    {
        await using var server = await RunningServer.StartAsync();

        var outcome = await TalkAsync(server, "put", "get \"unclosed", "get nosuch.png", "list --nope", "help", "still here", "EXIT");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("put needs at least one FILE", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("not closed", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--nope", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("GET nosuch.png failure not_found", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Server: still here ACK", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_input_is_an_exit()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, (await TalkAsync(server, "list")).ExitCode);
    }

    [Fact]
    [Trait("Requirement", "R4-6.5")]
    public async Task Without_a_server_it_says_why_and_ends()
    {
        var outcome = await ClientProcess.RunAsync(local.Root, "localhost", "1", "--interactive");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("no_connection", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => local.Dispose();
}
