using System.Diagnostics;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

/// <summary>What the system does not give the server: a place for its log, watches, file handles.</summary>
public sealed class ShortageTests
{
    const int Sigterm = 15;

    static readonly byte[] Photo = TestJpeg.OfSize(20_000, seed: 3);

    [Theory]
    [InlineData(""" exec "$0" "$@" >/dev/full """)]
    [InlineData(""" exec "$0" "$@" >&- """)]
    [InlineData(""" mkfifo "$3/log"; (exec <"$3/log") & exec "$0" "$@" >"$3/log" """)]
    public async Task A_log_that_can_not_be_written_keeps_nobody_from_being_served(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartInShellAsync(script, folder.Path);
        await using (var peer = await server.ConnectAsync())
        {
            for (var i = 0; i < 50; i++) await peer.DoneAsync(RawPeer.Put($"{i}.jpg", Photo), Photo);
        }

        server.Signal(Sigterm);
        Assert.Equal(0, await server.ExitAsync());
    }

    [Theory]
    [InlineData("watches", 2, "no watch left", "in.jpg")]
    [InlineData("instances", 0, "too many queues", "")]
    public async Task A_server_that_gets_too_few_watches_says_what_to_raise_and_follows_what_it_can(string kind, int most, string cause, string followed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && MayLimit(), "limits of its own are for a user namespace of Linux");
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a", "b", "c" }) Directory.CreateDirectory(folder.File(name));
        await using var server = await ServerProcess.StartInShellAsync(
            $""" exec unshare -r sh -c 'echo {most} > /proc/sys/user/max_inotify_{kind} && exec "$0" "$@"' "$0" "$@" """, folder.Path);
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains("WatchFailed", StringComparison.Ordinal)));
        var warning = Assert.Single(server.Output(), line => line.Contains("WatchFailed", StringComparison.Ordinal));
        Assert.Contains("sysctl fs.inotify.max_user_watches", warning, StringComparison.Ordinal);
        Assert.Contains(cause, warning, StringComparison.Ordinal);

        await using var peer = await server.ConnectAsync();
        await peer.DoneAsync(RawPeer.Put("own.jpg", Photo), Photo);
        if (followed.Length == 0) return;
        await File.WriteAllBytesAsync(folder.File(followed), Photo, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => (await peer.DoneAsync("""{"type":"list"}""")).Head.Number("count") == 2);
    }

    [Theory]
    [InlineData("ulimit -n 1714", true)]
    [InlineData("ulimit -n 1715", false)]
    [InlineData("ulimit -Sn 500", false)]
    public async Task A_server_whose_clients_can_need_more_files_than_it_may_open_says_so(string limit, bool warns)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Protocol.Transfer.FileHandles.Most >= 1715, "only Linux has this limit in this form, and it may be lower already");
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartInShellAsync($"""{limit} && exec "$0" "$@" """, folder.Path);
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains("up and running", StringComparison.Ordinal)));

        Assert.Equal(warns, server.Output().Any(line => line.Contains("the process may have 1714 files open, and 1000 clients can need 1715", StringComparison.Ordinal)));
    }

    static bool MayLimit()
    {
        using var unshare = Process.Start(new ProcessStartInfo("unshare", ["-r", "test", "-w", "/proc/sys/user/max_inotify_watches"]) { RedirectStandardError = true });
        unshare!.WaitForExit();
        return unshare.ExitCode == 0;
    }
}
