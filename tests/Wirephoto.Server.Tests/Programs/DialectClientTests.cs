using System.Diagnostics;
using System.Text.RegularExpressions;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Programs;

public sealed partial class DialectClientTests
{
    [Fact]
    [Trait("Requirement", "R1-8.1")]
    [Trait("Requirement", "R2-1.1")]
    [Trait("Requirement", "R2-1.2")]
    [Trait("Requirement", "R2-2.7")]
    [Trait("Requirement", "R2-4.1")]
    [Trait("Requirement", "R2-7.3")]
    [Trait("Requirement", "R2-8.3")]
    [Trait("Requirement", "R3-5.U.4")]
    [Trait("Requirement", "R3-5.D.4")]
    [Trait("Requirement", "R3-9.P")]
    [Trait("Requirement", "R3-9.G")]
    [Trait("Requirement", "R3-9.L.1")]
    public async Task Clients_of_the_older_dialects_work_against_the_server_unmodified()
    {
        using var folder = new TemporaryFolder();
        var sessions = ServerProcess.FreePort();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--session-port", $"{sessions}");
        var script = Path.Combine(SourceTree.Root, "tests", "python", "run_dialects.py");
        using var python = Process.Start(new ProcessStartInfo("python3", [script, "127.0.0.1", $"{server.Port}", "--session-port", $"{sessions}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        var error = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(output);
        Assert.True(python.ExitCode == 0, output + await error);
        foreach (var dialect in new[] { "D1", "D2", "D3" }) Assert.Matches($@"(?m)^{dialect} +put, get, list +ok", output);
        Assert.Matches("(?m)^D4 +get +ok", output);
        Assert.DoesNotContain(server.Output(), line => FaultLine().IsMatch(line));
    }

    [GeneratedRegex(" fault:? |disconnected: Faulted")]
    private static partial Regex FaultLine();
}
