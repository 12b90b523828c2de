using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class GetTests : IDisposable
{
    readonly TempFolder local = new();

    static async Task<RunningServer> WithImages(params string[] names)
    {
        var server = await RunningServer.StartAsync();
        using var source = new TempFolder();
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            source.Write(name, TestPng.OfSize(200 + i, i));
            Assert.Equal(0, (await server.ClientAsync(source.Root, "put", name, "--as", name)).ExitCode);
        }

        return server;
    }

    [Fact]
    [Trait("Requirement", "R0-2.2.3.2.a")]
    [Trait("Requirement", "R3-9.G")]
    [Trait("Requirement", "R4-6.3.f")]
    [Trait("Requirement", "R4-1.3")]
    [Trait("Requirement", "R4-6.3.a")]
    [Trait("Requirement", "R4-6.3.b")]
    [Trait("Requirement", "R4-6.3.d")]
    [Trait("Requirement", "R4-6.3.e")]
    [Trait("Requirement", "R0-3.7")]
    [Trait("Requirement", "R1-1.4")]
    public async Task A_get_saves_the_image_byte_for_byte_with_its_date()
    {
        await using var server = await RunningServer.StartAsync();
        var bytes = TestPng.OfSize(5000, 1);
        var date = new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(local.Write("source/a.png", bytes), date);
        await server.ClientAsync(local.Root, "put", "source/a.png");

        var outcome = await server.ClientAsync(local.Root, "get", "a.png");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith($"{server.Address} GET a.png success received 5.0 kB", Assert.Single(outcome.Lines), StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(local["a.png"], TestContext.Current.CancellationToken));
        Assert.Equal(date, File.GetLastWriteTimeUtc(local["a.png"]));
    }

    [Fact]
    [Trait("Requirement", "R0-2.2.3.2.b")]
    [Trait("Requirement", "R0-3.1.1.3")]
    public async Task An_existing_local_file_is_never_touched()
    {
        await using var server = await WithImages("a.png");
        local.Write("a.png", [7]);

        var outcome = await server.ClientAsync(local.Root, "get", "a.png");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Contains("GET a.png failure local_exists: ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal([7], await File.ReadAllBytesAsync(local["a.png"], TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Directory.EnumerateFiles(local.Root), path => Path.GetFileName(path) != "a.png");
    }

    [Fact]
    [Trait("Requirement", "R3-1.3")]
    public async Task A_folder_comes_with_its_folders_and_names_alone()
    {
        await using var server = await WithImages("a.png", "iceland/b.png", "iceland/south/c.png");

        Assert.Equal(0, (await server.ClientAsync(local.Root, "get", "iceland/", "--to", "out", "--jobs", "2")).ExitCode);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "get", "iceland/south/c.png", "a.png")).ExitCode);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "get", "/", "--to", "all")).ExitCode);
        Assert.Equal(0, (await server.ClientAsync(local.Root, "get", "a.png", "--as", "renamed.png")).ExitCode);

        foreach (var path in (string[])["out/iceland/b.png", "out/iceland/south/c.png", "c.png", "a.png", "all/a.png", "all/iceland/b.png", "renamed.png"])
            Assert.True(File.Exists(local[path]), path);
        Assert.False(File.Exists(local["out/a.png"]));
    }

    [Fact]
    [Trait("Requirement", "R1-4.GET.3")]
    public async Task What_is_missing_or_no_image_fails_and_the_rest_arrives()
    {
        await using var server = await WithImages("a.png");

        var outcome = await server.ClientAsync(local.Root, "get", "nosuch.png", "notes.txt", "../a.png", "nosuch/", "a.png");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(["not_found:", "unsupported_type:", "bad_name:", "not_found:"], outcome.Lines[..4].Select(line => line.Split(' ')[4]));
        Assert.Contains("GET a.png success", outcome.Lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_its_slash_is_told_how_it_is_written()
    {
        await using var server = await WithImages("shoot/a.png");

        var outcome = await server.ClientAsync(local.Root, "get", "shoot", "delete", "shoot/");

        Assert.EndsWith("GET shoot failure unsupported_type: 'shoot' has no extension, so it is no image; if it is a folder, write shoot/", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("DELETE shoot/ failure bad_name: 'shoot/' is a folder, and only images can be looked at and deleted", outcome.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_folder_that_is_there_already_nothing_is_asked_for_but_its_listing()
    {
        var bytes = "png"u8.ToArray();
        var image = new ImageInfo("a.png", bytes.Length, new Digest(System.Security.Cryptography.SHA256.HashData(bytes)), "png", 1, 1, null, null);
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var server = new ScriptedServer((type, _) =>
        {
            asked.Enqueue(type);
            return type == "hello" ? ScriptedServer.Hello : ScriptedServer.List(image);
        });
        await File.WriteAllBytesAsync(local["a.png"], bytes, TestContext.Current.CancellationToken);

        var outcome = await ClientProcess.RunAsync(local.Root, "localhost", server.Port, "get", "/");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("GET a.png success already there", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["hello", "list"], asked);
    }

    [Fact]
    public async Task Names_that_a_server_makes_up_never_lead_out_of_the_folder()
    {
        string[] names = ["../evil.png", "/etc/evil.png", "a/../../evil.png", "a\\evil.png", "planted/evil.png", ".hidden.png", "evil\u001b[2J.png", "ok.png"];
        var bytes = "png"u8.ToArray();
        await using var server = new ScriptedServer((type, head) => type switch
        {
            "hello" => ScriptedServer.Hello,
            "list" => ScriptedServer.List(names),
            _ => ScriptedServer.Image(head.Text("filename"), bytes, new Digest(System.Security.Cryptography.SHA256.HashData(bytes))),
        });
        Directory.CreateDirectory(local["target"]);
        Directory.CreateDirectory(local["outside"]);
        Directory.CreateSymbolicLink(local["target/planted"], local["outside"]);

        var outcome = await ClientProcess.RunAsync(local["target"], "localhost", server.Port, "get", "/");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Equal(["ok.png"], Directory.EnumerateFiles(local["target"]).Select(Path.GetFileName));
        Assert.DoesNotContain("evil", string.Join(' ', Directory.EnumerateFiles(local.Root, "*", SearchOption.AllDirectories)), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Output);
        Assert.Equal(names.Length, outcome.Lines.Length);
    }

    [Fact]
    public async Task A_second_image_for_the_same_local_name_fails_and_the_first_stays()
    {
        await using var server = await WithImages("x/a.png", "y/a.png");

        var outcome = await server.ClientAsync(local.Root, "get", "x/a.png", "get", "y/a.png");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Equal(200, new FileInfo(local["a.png"]).Length);
    }

    public void Dispose() => local.Dispose();
}
