using System.Diagnostics;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

public sealed class FullDiskTests
{
    static readonly byte[] Large = TestJpeg.OfSize(3_000_000, seed: 1);
    static readonly byte[] Small = TestJpeg.OfSize(100_000, seed: 2);

    [Fact]
    public async Task A_full_disk_refuses_what_does_not_fit_and_the_service_goes_on()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "a small file system can be mounted only by root on Linux");
        using var folder = new TemporaryFolder();
        Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.Path);
        try
        {
            await using var server = await ServerProcess.StartAsync(folder.Path);
            await using var peer = await server.ConnectAsync();
            await peer.DoneAsync(RawPeer.Put("first.jpg", Large), Large);

            var (refusal, _) = await peer.AskAsync(RawPeer.Put("second.jpg", Large), Large);
            Assert.Equal("storage_full", refusal.Text("error"));
            Assert.True(refusal.OptionalFlag("retry"));
            await peer.RefusedAsync("storage_full", """{"type":"begin","filename":"third.jpg","length":100000000,"upload":"00000000000000000000000000000001"}""");

            Assert.Equal(["first.jpg"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
            Assert.Equal(1, (await peer.DoneAsync("""{"type":"list"}""")).Head.Number("count"));
            Assert.Equal(Large, (await peer.DoneAsync("""{"type":"get","filename":"first.jpg"}""")).Body);
            await peer.DoneAsync("""{"type":"delete","filename":"first.jpg"}""");
            await peer.DoneAsync(RawPeer.Put("second.jpg", Large), Large);
            await peer.DoneAsync(RawPeer.Put("small.jpg", Small), Small);
        }
        finally
        {
            Run("umount", "-l", folder.Path);
        }
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
