using System.Diagnostics;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Programs;

public sealed class PythonClientTests
{
    [Fact]
    [Trait("Requirement", "R0-2.1.5.1.1")]
    [Trait("Requirement", "R0-2.1.5.1.2")]
    [Trait("Requirement", "R0-5.1")]
    [Trait("Requirement", "R1-1.3")]
    [Trait("Requirement", "R2-7.2")]
    public async Task A_client_written_from_the_protocol_document_alone_works_against_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        var script = Path.Combine(SourceTree.Root, "tests", "python", "run.py");
        using var python = Process.Start(new ProcessStartInfo("python3", [script, "127.0.0.1", $"{server.Port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        var error = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(output);
        Assert.True(python.ExitCode == 0, output + await error);
    }
}
