using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol.Errors;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class PutTests : IDisposable
{
    readonly TempFolder local = new();

    [Fact]
    [Trait("Requirement", "R0-2.2.2.1")]
    [Trait("Requirement", "R0-2.2.3.1")]
    [Trait("Requirement", "R0-2.2.4.1")]
    [Trait("Requirement", "R3-9.P")]
    [Trait("Requirement", "R3-10.1")]
    [Trait("Requirement", "R3-10.2")]
    [Trait("Requirement", "R3-10.4")]
    [Trait("Requirement", "R3-10.5")]
    [Trait("Requirement", "R0-2.2.2.2")]
    [Trait("Requirement", "R3-8.2")]
    [Trait("Requirement", "R3-8.3")]
    [Trait("Requirement", "R3-8.4")]
    [Trait("Requirement", "R0-1.b")]
    [Trait("Requirement", "R2-4.1")]
    public async Task A_put_stores_the_file_and_prints_one_report_line()
    {
        await using var server = await RunningServer.StartAsync();
        var bytes = TestPng.Make(40, 30, 1);
        local.Write("my cat.PNG", bytes);

        var outcome = await server.ClientAsync(local.Root, "put", "my cat.PNG");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith($"{server.Address} PUT my cat.PNG success stored ", Assert.Single(outcome.Lines), StringComparison.Ordinal);
        Assert.Contains("40x30 png", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(server.Folder, "my cat.PNG"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Each_connection_takes_a_large_file_as_soon_as_it_is_there_and_none_waits_for_the_others()
    {
        local.Write("1.png", TestPng.OfSize(5_000_000, 1));
        local.Write("2.png", TestPng.OfSize(5_000_000, 2));
        var begun = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var (connections, begins) = (0, -1);

        // The second connection is not let in before the first file has begun, and neither of the files gets on before both have.
        await using var server = new ScriptedServer(async (type, _) =>
        {
            if (type == "hello")
            {
                if (Interlocked.Increment(ref connections) > 1) await begun[0].Task;
                return ScriptedServer.Hello;
            }

            begun[Interlocked.Increment(ref begins)].SetResult();
            await begun[1].Task;
            return ScriptedServer.Refuse(ErrorCode.StorageFull, "no room");
        });

        var outcome = await ClientProcess.RunAsync(local.Root, "localhost", server.Port, "put", "1.png", "2.png", "--jobs", "2");

        Assert.Equal(2, outcome.Lines.Count(line => line.EndsWith("failure storage_full: no room", StringComparison.Ordinal)));
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task A_put_that_is_repeated_finds_everything_stored_already()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.jpg", TestJpeg.Make(16, 16, 1));
        await server.ClientAsync(local.Root, "put", "a.jpg");

        var outcome = await server.ClientAsync(local.Root, "put", "a.jpg");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("PUT a.jpg success already stored", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R0-3.1.1.3")]
    [Trait("Requirement", "R3-10.6")]
    public async Task Another_image_under_a_taken_name_is_refused_with_what_to_do()
    {
        await using var server = await RunningServer.StartAsync();
        var first = TestJpeg.Make(16, 16, 1);
        local.Write("a.jpg", first);
        local.Write("other/A.JPG", TestJpeg.Make(16, 16, 2));

        var outcome = await server.ClientAsync(local.Root, "put", "a.jpg", "other/A.JPG");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("PUT A.JPG failure exists: ", outcome.Lines[1], StringComparison.Ordinal);
        Assert.Contains("--as", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllBytesAsync(Path.Combine(server.Folder, "a.jpg"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_goes_over_several_connections_and_its_reports_stay_in_order()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 60; i++) local.Write($"shoot/day{i % 3}/{i:d2}.png", TestPng.OfSize(200 + i * 400, i));
        local.Write("shoot/notes.txt", [1]);

        var outcome = await server.ClientAsync(local.Root, "put", "shoot", "-r", "--jobs", "3");

        Assert.Equal(0, outcome.ExitCode);
        var names = outcome.Lines.Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(60, names.Count);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains("skipped 1", outcome.Error, StringComparison.Ordinal);
        foreach (var name in names)
            Assert.Equal(await File.ReadAllBytesAsync(local[name], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Path.Combine(server.Folder, name), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Patterns_names_and_target_folders_work_without_a_shell()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.jpg", TestJpeg.Make(16, 16, 1));
        local.Write("b.jpg", TestJpeg.Make(16, 16, 2));

        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "*.jpg", "--as", "trip/")).ExitCode);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "put", "a.jpg", "--as", "x/y.jpeg")).ExitCode);

        Assert.True(File.Exists(Path.Combine(server.Folder, "trip/a.jpg")) && File.Exists(Path.Combine(server.Folder, "trip/b.jpg")));
        Assert.True(File.Exists(Path.Combine(server.Folder, "x/y.jpeg")));
    }

    [Fact]
    [Trait("Requirement", "R0-1.d")]
    [Trait("Requirement", "R2-3.2")]
    public async Task What_is_no_image_is_refused_here_by_its_name_and_there_by_its_bytes()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("notes.txt", [1]);
        local.Write("fake.png", "not a picture"u8.ToArray());

        var outcome = await server.ClientAsync(local.Root, "put", "notes.txt", "fake.png");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("PUT notes.txt failure unsupported_type: ", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("PUT fake.png failure not_an_image: ", outcome.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R2-10.5")]
    public async Task A_wider_server_decides_which_types_are_images()
    {
        await using var server = await RunningServer.StartAsync("--types", "png,gif", "--accept", "name");
        local.Write("a.gif", "GIF89a"u8.ToArray());

        Assert.Contains("PUT a.gif success", (await server.ClientAsync(local.Root, "put", "a.gif")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("continue", 3)]
    [InlineData("stop", 1)]
    public async Task After_a_failure_it_goes_on_or_stops_as_told(string onError, int reports)
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.jpg", TestJpeg.Make(16, 16, 1));

        var outcome = await server.ClientAsync(local.Root, "put", "missing.jpg", "put", "a.jpg", "stat", "a.jpg", "--on-error", onError);

        Assert.Equal(6, outcome.ExitCode);
        Assert.Equal(reports, outcome.Lines.Length);
    }

    [Fact]
    public async Task Told_to_stop_it_begins_nothing_behind_a_file_that_can_not_be_sent()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.jpg", TestJpeg.Make(16, 16, 1));
        local.Write("b.jpg", TestJpeg.Make(16, 16, 2));

        var outcome = await server.ClientAsync(local.Root, "put", "a.jpg", "missing.jpg", "b.jpg", "--on-error", "stop");

        Assert.Equal(["a.jpg success", "missing.jpg failure"], outcome.Lines.Select(line => string.Join(' ', line.Split(' ')[2..4])));
        Assert.Contains("stopped after the first failure", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(server.Folder, "b.jpg")));
    }

    [Fact]
    public async Task A_later_run_asks_for_the_same_upload_again()
    {
        var tokens = new List<string>();
        await using var server = new ScriptedServer((type, head) =>
        {
            if (type == "hello") return ScriptedServer.Hello;
            if (type == "begin") tokens.Add(head.Text("upload"));
            return ScriptedServer.Refuse(ErrorCode.StorageFull, "no room");
        });
        local.Write("large.png", new byte[5 << 20]);
        local.Write("other.png", new byte[5 << 20]);

        foreach (var name in (string[])["large.png", "large.png", "other.png"])
            Assert.Equal(1, (await ClientProcess.RunAsync(local.Root, "localhost", server.Port, "put", name, "--retry", "0")).ExitCode);

        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[0], tokens[2]);
    }

    [Fact]
    public async Task An_interrupted_put_goes_on_in_a_later_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals to send there");
        await using var server = await RunningServer.StartAsync();
        var bytes = TestPng.OfSize(64 << 20, 1);
        local.Write("large.png", bytes);
        var incoming = Path.Combine(server.Folder, ".wirephoto", "incoming");

        using (var process = ClientProcess.Start(local.Root, ["localhost", server.Port, "put", "large.png"]))
        {
            // Killed as soon as something of it has arrived, or when it was faster than that.
            SpinWait.SpinUntil(() => process.HasExited || HasBegun(incoming), TimeSpan.FromSeconds(30));
            process.Kill();
            await ClientProcess.EndAsync(process);
        }

        var outcome = await server.ClientAsync(local.Root, "put", "large.png", "get", "large.png", "--to", "back");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(local["back/large.png"], TestContext.Current.CancellationToken));
    }

    static bool HasBegun(string incoming)
    {
        try
        {
            return new DirectoryInfo(incoming).EnumerateFiles().Any(file => file.Length > 1 << 20);
        }
        catch (IOException)
        {
            // It was published between the look at the folder and the look at the file.
            return false;
        }
    }

    public void Dispose() => local.Dispose();
}
