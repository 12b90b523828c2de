using System.Text.Json;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

/// <summary><c>wirephotod check</c> and the background scrub as programs.</summary>
public sealed class CheckTests
{
    static readonly byte[] Cat = TestJpeg.OfSize(50_000, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_whose_images_are_all_as_recorded_is_exit_code_0_beside_a_running_server_and_without_one()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            await PutAsync(server, "cat.jpg");
            await ExpectAsync(0, "1 file with 50000 bytes read", "check", "--folder", folder.Path);
            server.Signal(15);
            Assert.Equal(0, await server.ExitAsync());
        }

        await ExpectAsync(0, "all images are as recorded", "check", "--folder", folder.Path);
        await ExpectAsync(0, "", "check", "--quiet", "--folder", folder.Path);
    }

    [Fact]
    public async Task In_a_folder_without_an_index_that_is_said()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("cat.jpg"), Cat, Cancel);

        var (exit, output, error) = await ServerProcess.RunAsync("check", "--folder", folder.Path);

        Assert.Equal((1, "nothing is recorded of this folder: no server has served it yet, or its index is gone\n"), (exit, error));
        Assert.StartsWith("unindexed ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_are_one_line_each_and_exit_code_1()
    {
        using var folder = await SpoiledAsync();
        var (exit, output, error) = await ServerProcess.RunAsync("check", "--folder", folder.Path);

        Assert.Equal((1, ""), (exit, error));
        Assert.Matches(@"(?m)^changed +changed\.jpg: another program put another image there: sha256 was [0-9a-f]{64}, is [0-9a-f]{64}$", output);
        Assert.Matches(@"(?m)^damaged +damaged\.jpg: other bytes than the recorded ones, with the same date: ", output);
        Assert.Matches(@"(?m)^missing +missing\.jpg: it is recorded, and there is no such file$", output);
        Assert.Matches(@"(?m)^unindexed +unindexed\.jpg: an image that is not recorded$", output);
        Assert.Matches(@"(?m)^not_an_image half\.jpg: ", output);
        Assert.Contains("1 missing, 1 changed, 1 damaged, 1 unindexed, 1 not_an_image", output, StringComparison.Ordinal);
        Assert.Equal(6, output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task With_json_every_line_is_an_object_and_the_last_one_sums_up()
    {
        using var folder = await SpoiledAsync();
        var (exit, output, _) = await ServerProcess.RunAsync("check", "--json", "--folder", folder.Path);
        var lines = output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(1, exit);
        var damaged = Assert.Single(lines, line => line.GetProperty("type").GetString() == "finding" && line.GetProperty("finding").GetString() == "damaged");
        Assert.Equal(("damaged.jpg", RawPeer.Sha256(Cat)), (damaged.GetProperty("filename").GetString(), damaged.GetProperty("recorded").GetString()));
        Assert.NotEqual(damaged.GetProperty("recorded").GetString(), damaged.GetProperty("sha256").GetString());
        var summary = lines[^1];
        Assert.Equal(("summary", 5, 5, 1), (summary.GetProperty("type").GetString(), lines.Count - 1, summary.GetProperty("findings").GetInt32(), summary.GetProperty("missing").GetInt32()));
    }

    [Theory]
    [InlineData("--nonsense", "check", "--nonsense")]
    [InlineData("structure of 'gif' files can't be checked", "check", "--types", "gif")]
    [InlineData("configuration can't be read", "check", "--config", "/nonexistent/file.json")]
    [InlineData("a check takes no port", "5000", "check")]
    [InlineData("--scrub takes one such as 10MB, or off", "5000", "--scrub", "fast")]
    [InlineData("1kB at least, such as 10MB, not '10'", "5000", "--scrub", "10")]
    [InlineData("--rescan is a number of minutes", "5000", "--rescan", "0")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_code_2(string message, params string[] arguments)
    {
        var (exit, output, error) = await ServerProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task What_an_image_is_goes_by_the_servers_configuration_file()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("note.txt"), "a note", Cancel);
        await File.WriteAllTextAsync(other.File("c.json"), JsonSerializer.Serialize(new Dictionary<string, string> { ["folder"] = folder.Path, ["types"] = "txt", ["accept"] = "name" }), Cancel);

        await ExpectAsync(1, "unindexed    note.txt", "check", "--quiet", "--config", other.File("c.json"));
        await ExpectAsync(0, "", "check", "--quiet", "--folder", folder.Path);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_one_clear_line_and_exit_code_1()
    {
        var (exit, output, error) = await ServerProcess.RunAsync("check", "--folder", "/nonexistent-folder");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("does not exist", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_scrub_finds_damage_while_serving_and_the_image_is_refused_until_its_bytes_are_back()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await ServerProcess.StartAsync(folder.Path)) await PutAsync(first, "cat.jpg");
        Rot(folder.File("cat.jpg"));

        await using var server = await ServerProcess.StartAsync(folder.Path, "--scrub", "10MB");
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains("error: store Damaged: cat.jpg: other bytes than the recorded ones", StringComparison.Ordinal)));
        await using var peer = await server.ConnectAsync();
        await peer.RefusedAsync("damaged", """{"type":"get","filename":"cat.jpg"}""");
        await peer.RefusedAsync("damaged", """{"type":"stat","filename":"cat.jpg"}""");
        Assert.Equal(1, (await peer.DoneAsync("""{"type":"list"}""")).Head.Number("count"));
        var (refusal, _) = await peer.AskAsync(RawPeer.Put("cat.jpg", Cat), Cat);
        Assert.Equal(("exists", false), (refusal.Text("error"), refusal.OptionalFlag("same")));

        Rot(folder.File("cat.jpg"));
        Assert.Equal(Cat, (await peer.DoneAsync("""{"type":"get","filename":"cat.jpg"}""")).Body);
        await peer.DoneAsync("""{"type":"stat","filename":"cat.jpg"}""");
    }

    static async Task<TemporaryFolder> SpoiledAsync()
    {
        var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            foreach (var name in new[] { "changed.jpg", "damaged.jpg", "good.jpg", "missing.jpg" }) await PutAsync(server, name);
        }

        await File.WriteAllBytesAsync(folder.File("changed.jpg"), TestJpeg.OfSize(60_000, seed: 2), Cancel);
        Rot(folder.File("damaged.jpg"));
        File.Delete(folder.File("missing.jpg"));
        await File.WriteAllBytesAsync(folder.File("unindexed.jpg"), TestJpeg.OfSize(60_000, seed: 3), Cancel);
        await File.WriteAllBytesAsync(folder.File("half.jpg"), Cat.AsMemory(0, 20_000), Cancel);
        return folder;
    }

    // One bit in the middle, under the old date; done twice, the bytes are right again.
    static void Rot(string path)
    {
        var date = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, date);
    }

    static async Task PutAsync(ServerProcess server, string name)
    {
        await using var peer = await server.ConnectAsync();
        await peer.DoneAsync(RawPeer.Put(name, Cat), Cat);

        // With a status its row is written: the server is killed next.
        await peer.DoneAsync("""{"type":"status"}""");
    }

    static async Task ExpectAsync(int exitCode, string message, params string[] arguments)
    {
        var (exit, output, error) = await ServerProcess.RunAsync(arguments);

        Assert.Equal((exitCode, ""), (exit, error));
        Assert.Contains(message, output, StringComparison.Ordinal);
        if (message.Length == 0) Assert.Empty(output);
    }
}
