using System.Diagnostics;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

/// <summary>Real programs, ended in the middle of transfers: the same command then goes on where it stopped.</summary>
public sealed class ResumeTests : IDisposable
{
    const int Size = 12 << 20;
    static readonly byte[] Image = TestPng.OfSize(Size, 1);

    readonly TempFolder local = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => local.Dispose();

    [Theory]
    [InlineData("-KILL")]
    [InlineData("-INT")]
    public async Task An_interrupted_get_goes_on_in_a_later_run_and_fetches_only_the_rest(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals to send there");
        await using var server = await WithImageAsync();
        await using (var line = new CutLine(server.Port, downward: Size / 2))
        {
            using var process = ClientProcess.Start(local.Root, ["localhost", line.Port, "get", "large.png"]);
            await line.Stalled;
            await PartGrowsToAsync(Size / 4);
            await SignalAsync(process, signal);
            Assert.NotEqual(0, (await ClientProcess.EndAsync(process)).ExitCode);
        }

        Assert.False(File.Exists(local["large.png"]));
        Assert.Single(Parts());

        // Not one byte more than the rest would come through here.
        await using var narrow = new CutLine(server.Port, downward: (Size * 3 / 4) + 10_000);
        var outcome = await ClientProcess.RunAsync(local.Root, "localhost", narrow.Port, "get", "large.png");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(" of it by an earlier run", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(Image, await File.ReadAllBytesAsync(local["large.png"], Cancel));
        Assert.False(Directory.Exists(local[".wirephoto-parts"]));
    }

    [Fact]
    public async Task A_get_of_an_image_that_was_replaced_meanwhile_begins_anew()
    {
        await using var server = await WithImageAsync();
        await using (var line = new CutLine(server.Port, downward: Size / 2))
        {
            using var process = ClientProcess.Start(local.Root, ["localhost", line.Port, "get", "large.png"]);
            await line.Stalled;
            await PartGrowsToAsync(Size / 4);
            process.Kill();
            await ClientProcess.EndAsync(process);
        }

        var other = TestPng.OfSize(Size, 2);
        local.Write("new/large.png", other);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "delete", "large.png", "put", "new/large.png", "get", "large.png")).ExitCode);
        Assert.Equal(other, await File.ReadAllBytesAsync(local["large.png"], Cancel));
    }

    [Fact]
    public async Task A_repeated_get_of_a_whole_folder_fetches_what_is_missing_and_touches_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 20; i++) local.Write($"shoot/{i}.png", TestPng.OfSize(3000, i));
        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "shoot", "-r")).ExitCode);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "get", "/", "--to", "back")).ExitCode);
        File.Delete(local["back/shoot/7.png"]);
        local.Write("back/shoot/8.png", [8]);
        var dates = Directory.GetFiles(local["back/shoot"]).ToDictionary(path => path, File.GetLastWriteTimeUtc);

        var outcome = await server.ClientAsync(local.Root, "get", "/", "--to", "back");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Equal(18, outcome.Lines.Count(line => line.Contains(" success already there, ", StringComparison.Ordinal)));
        Assert.Contains("shoot/7.png success received", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("shoot/8.png failure local_exists: ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal([8], await File.ReadAllBytesAsync(local["back/shoot/8.png"], Cancel));
        Assert.All(dates, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_interrupted_put_goes_on_after_a_restart_of_the_server_the_client_or_both(bool politely, bool killClient)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals to send there");
        await using var server = await RunningServer.StartAsync();
        local.Write("large.png", Image);
        await using var line = new CutLine(server.Port, upward: Size / 2);
        using var process = ClientProcess.Start(local.Root, ["localhost", line.Port, "put", "large.png"]);
        await line.Stalled;
        await StagedGrowsToAsync(server, Size / 4);
        if (killClient)
        {
            process.Kill();
            await ClientProcess.EndAsync(process);
        }

        await line.DisposeAsync();
        await server.StopAsync(politely);
        var staged = Staged(server);
        await server.StartAgainAsync();
        Assert.Equal(staged, Staged(server));

        // The name that the first run gave the server is part of the token: the same command finds its upload.
        await using var narrow = new CutLine(server.Port, upward: Size - staged + 100_000, port: line.Port);
        var outcome = killClient
            ? await ClientProcess.RunAsync(local.Root, "localhost", narrow.Port, "put", "large.png", "--json")
            : await ClientProcess.EndAsync(process);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(killClient, outcome.Output.Contains(" of it sent before", StringComparison.Ordinal));
        Assert.Equal(killClient, outcome.Output.Contains($"\"resumed\":{staged},", StringComparison.Ordinal));
        Assert.Equal(Image, await File.ReadAllBytesAsync(Path.Combine(server.Folder, "large.png"), Cancel));
        Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, ".wirephoto", "incoming")));
    }

    [Fact]
    public async Task A_large_image_that_is_put_again_was_stored_already()
    {
        await using var server = await WithImageAsync();

        var outcome = await server.ClientAsync(local.Root, "put", "source/large.png");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(" PUT large.png success already stored, ", Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_put_of_many_files_survives_a_restart_of_the_server_with_every_file_stored_once(bool politely)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals to send there");
        await using var server = await RunningServer.StartAsync();
        const int Files = 400;
        for (var i = 0; i < Files; i++) local.Write($"shoot/{i:000}.png", TestPng.OfSize(50_000 + i, i));
        local.Write("shoot/large.png", TestPng.OfSize(9 << 20, 1));
        using var process = ClientProcess.Start(local.Root, ["localhost", server.Port, "put", "shoot", "-r", "--jobs", "2", "--json"]);
        var ending = ClientProcess.EndAsync(process);
        await Until(() => Directory.Exists(Stored(server)) && Directory.GetFiles(Stored(server)).Length > 20);

        await server.StopAsync(politely);
        Assert.False(ending.IsCompleted);
        await server.StartAgainAsync();
        var outcome = await ending;

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Files + 1, outcome.Lines.Length);
        Assert.Equal(Files + 1, Directory.GetFiles(Stored(server)).Length);
        foreach (var report in outcome.Lines)
        {
            using var json = System.Text.Json.JsonDocument.Parse(report);
            var name = json.RootElement.GetProperty("filename").GetString()!;
            var bytes = await File.ReadAllBytesAsync(local[name], Cancel);
            Assert.Equal("success", json.RootElement.GetProperty("status").GetString());
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), json.RootElement.GetProperty("sha256").GetString());
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(server.Folder, name), Cancel));
        }
    }

    [Fact]
    public async Task A_put_whose_local_file_changed_meanwhile_never_mixes_the_two()
    {
        await using var server = await RunningServer.StartAsync();
        var path = local.Write("large.png", Image);
        var date = File.GetLastWriteTimeUtc(path);
        await using (var line = new CutLine(server.Port, upward: Size / 2))
        {
            using var process = ClientProcess.Start(local.Root, ["localhost", line.Port, "put", "large.png"]);
            await line.Stalled;
            await StagedGrowsToAsync(server, Size / 4);
            process.Kill();
            await ClientProcess.EndAsync(process);
            await line.DisposeAsync();

            // The same length and date, so that the token is the same: only the digest of the prefix tells.
            var other = TestPng.OfSize(Size, 2);
            File.WriteAllBytes(path, other);
            File.SetLastWriteTimeUtc(path, date);
            await using var again = new CutLine(server.Port, port: line.Port);
            var outcome = await ClientProcess.RunAsync(local.Root, "localhost", again.Port, "put", "large.png");

            Assert.Equal(0, outcome.ExitCode);
            Assert.Equal(other, await File.ReadAllBytesAsync(Path.Combine(server.Folder, "large.png"), Cancel));
            Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, ".wirephoto", "incoming")));
        }
    }

    async Task<RunningServer> WithImageAsync()
    {
        var server = await RunningServer.StartAsync();
        local.Write("source/large.png", Image);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "source/large.png")).ExitCode);
        return server;
    }

    static string Stored(RunningServer server) => Path.Combine(server.Folder, "shoot");

    static long Staged(RunningServer server) => new DirectoryInfo(Path.Combine(server.Folder, ".wirephoto", "incoming")).EnumerateFiles().Sum(file => file.Extension == ".json" ? 0 : file.Length);

    static Task StagedGrowsToAsync(RunningServer server, long bytes) => Until(() => Staged(server) >= bytes);

    string[] Parts() => Directory.Exists(local[".wirephoto-parts"]) ? Directory.GetFiles(local[".wirephoto-parts"]) : [];

    Task PartGrowsToAsync(long bytes) => Until(() => Parts().Any(part => new FileInfo(part).Length >= bytes));

    static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(Cancel);
    }

    static async Task Until(Func<bool> condition)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var start = TimeProvider.System.GetTimestamp();
        while (!condition() && await look.WaitForNextTickAsync(Cancel))
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(1), "what was waited for did not happen");
    }
}
