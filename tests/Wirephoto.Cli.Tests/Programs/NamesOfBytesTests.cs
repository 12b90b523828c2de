using System.Diagnostics;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

/// <summary>Names as disks of older systems have them: bytes that are not UTF-8.</summary>
public sealed class NamesOfBytesTests : IAsyncLifetime
{
    readonly TempFolder local = new();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "names are text there");
        local.Write("old/good.png", TestPng.Make(7, 5, 1));
        await ShellAsync("cp old/good.png \"$(printf 'old/Stra\\337e.png')\" && mkdir \"$(printf 'old/M\\374nchen')\" && cp old/good.png \"$(printf 'old/M\\374nchen/a.png')\"");
    }

    [Theory]
    [InlineData("put")]
    [InlineData("have")]
    public async Task In_a_folder_they_fail_instead_of_being_passed_over(string request)
    {
        await using var server = await RunningServer.StartAsync();
        await server.ClientAsync(local.Root, "put", "old/good.png");

        var outcome = await server.ClientAsync(local.Root, request, "old", "-r");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("old/good.png success stored ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Lines.Count(line => line.Contains(" failure bad_name: the name of old/", StringComparison.Ordinal)));
        Assert.DoesNotContain("skipped", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old/**/*.png")]
    [InlineData("old/*/a.png", "old/*.png")]
    public async Task Where_a_pattern_may_mean_them_they_fail_too(params string[] patterns)
    {
        await using var server = await RunningServer.StartAsync();

        var outcome = await server.ClientAsync(local.Root, ["put", .. patterns]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(2, outcome.Lines.Count(line => line.Contains(" failure bad_name: the name of old/", StringComparison.Ordinal)));
        Assert.Contains("PUT good.png success", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_read_the_same_are_not_taken_for_one()
    {
        await ShellAsync("mkdir two && cp old/good.png \"$(printf 'two/z\\376.png')\" && cp old/good.png \"$(printf 'two/z\\357\\277\\275.png')\"");
        await using var server = await RunningServer.StartAsync();

        var outcome = await server.ClientAsync(local.Root, "put", "two", "-r");

        Assert.Equal(1, outcome.ExitCode);
        Assert.All(outcome.Lines, line => Assert.Contains(" failure bad_name: the name of two/", line, StringComparison.Ordinal));
        Assert.Equal(2, outcome.Lines.Length);
    }

    [Fact]
    public async Task One_that_is_given_is_not_told_as_missing()
    {
        var outcome = await ShellAsync($"'{ClientProcess.PathOf("Wirephoto.Cli", "wirephoto")}' localhost 1 put \"$(printf 'old/Stra\\337e.png')\" || true");

        Assert.Contains(" failure bad_name: the name of old/", outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_folder_is_made_with_something_else_in_their_place()
    {
        var outcome = await ShellAsync($"'{ClientProcess.PathOf("Wirephoto.Cli", "wirephoto")}' localhost 1 get a.png --to \"$(printf 'z\\374')\" 2>&1 || true");

        Assert.Contains("the value of --to is not in UTF-8", outcome, StringComparison.Ordinal);
        Assert.Equal([local["old"]], Directory.GetDirectories(local.Root));
    }

    // The runtime can't write such names; a shell can.
    async Task<string> ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = local.Root, RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        if (!OperatingSystem.IsWindows()) await ShellAsync("rm -rf old two");
        local.Dispose();
    }
}
