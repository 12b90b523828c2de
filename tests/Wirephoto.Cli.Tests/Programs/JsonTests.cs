using System.Text.Json;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class JsonTests : IDisposable
{
    readonly TempFolder local = new();

    static List<JsonElement> Objects(string[] lines) => [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];

    static IEnumerable<string> Members(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    [Fact]
    [Trait("Requirement", "R3-10.3")]
    [Trait("Requirement", "R1-2.5")]
    [Trait("Requirement", "R1-5.3")]
    public async Task Each_report_is_one_object_with_the_receipt_or_the_error()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.Make(7, 5, 1));

        var outcome = await server.ClientAsync(local.Root, "put", "a.png", "missing.png", "stat", "nosuch.png", "--json");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        var objects = Objects(outcome.Lines);
        Assert.Equal(["request", "file", "path", "status", "server", "message", "filename", "length", "sha256", "format", "width", "height", "stored", "time"], Members(objects[0]).Where(name => name != "modified"));
        Assert.Equal(("PUT", "a.png", "success", server.Address, 7), (objects[0].GetProperty("request").GetString(), objects[0].GetProperty("file").GetString(),
            objects[0].GetProperty("status").GetString(), objects[0].GetProperty("server").GetString(), objects[0].GetProperty("width").GetInt32()));
        Assert.Equal(("failure", "local_missing"), (objects[1].GetProperty("status").GetString(), objects[1].GetProperty("error").GetString()));
        Assert.Equal(("STAT", "not_found"), (objects[2].GetProperty("request").GetString(), objects[2].GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_report_tells_that_the_image_was_there_already()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.Make(7, 5, 1));

        var outcome = await server.ClientAsync(local.Root, "put", "a.png", "put", "a.png", "get", "a.png", "--json");

        var reports = Objects(outcome.Lines);
        Assert.Equal([false, true, true], reports.Select(report => report.TryGetProperty("already_there", out var there) && there.GetBoolean()));
        Assert.All(reports, report => Assert.Equal("a.png", report.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_get_that_failed_tells_which_local_file_it_was_for()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.Make(7, 5, 1));
        local.Write("here/a.png", TestPng.Make(7, 5, 2));

        var outcome = await server.ClientAsync(local.Root, "put", "a.png", "get", "a.png", "nosuch.png", "--to", "here", "--json");

        Assert.Equal(
            [("success", "a.png"), ("local_exists", Path.Combine("here", "a.png")), ("not_found", Path.Combine("here", "nosuch.png"))],
            Objects(outcome.Lines).Select(report =>
                (report.TryGetProperty("error", out var error) ? error.GetString() : report.GetProperty("status").GetString(), report.GetProperty("path").GetString())));
    }

    [Fact]
    public async Task A_listing_is_one_object_per_entry_and_its_report_is_on_standard_error()
    {
        await using var server = await RunningServer.StartAsync();
        local.Write("a.png", TestPng.Make(7, 5, 1));
        local.Write("f/b.png", TestPng.Make(7, 5, 2));
        await server.ClientAsync(local.Root, "put", "a.png", "f", "-r");

        var outcome = await server.ClientAsync(local.Root, "list", "--json");

        var entries = Objects(outcome.Lines);
        Assert.Equal(("a.png", 7), (entries[0].GetProperty("filename").GetString(), entries[0].GetProperty("width").GetInt32()));
        Assert.Equal("f", entries[1].GetProperty("folder").GetString());
        Assert.Equal("LIST", Assert.Single(Objects(outcome.ErrorLines)).GetProperty("request").GetString());
    }

    [Fact]
    public async Task Status_is_one_object_per_session_and_the_report()
    {
        await using var server = await RunningServer.StartAsync();

        var objects = Objects((await server.ClientAsync(local.Root, "status", "--json")).Lines);

        Assert.Equal("Client01", objects[0].GetProperty("name").GetString());
        Assert.Equal(1, objects[1].GetProperty("clients").GetInt32());
        Assert.StartsWith("wirephotod", objects[1].GetProperty("program").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => local.Dispose();
}
