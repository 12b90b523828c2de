using System.Text.RegularExpressions;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

public sealed partial class RunningServerTests
{
    const int Sigint = 2;
    const int Sigterm = 15;
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);

    [Fact]
    [Trait("Requirement", "R0-2.1.1.1")]
    [Trait("Requirement", "R0-2.1.1.2")]
    [Trait("Requirement", "R0-2.1.4.1.1")]
    [Trait("Requirement", "R2-5.1")]
    [Trait("Requirement", "R3-2.1")]
    [Trait("Requirement", "R3-4.1")]
    [Trait("Requirement", "R3-4.2")]
    public async Task The_start_line_has_time_address_port_and_server_up_and_running()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);

        var line = server.Output().Single(line => line.Contains("up and running", StringComparison.Ordinal));

        Assert.Matches($@"^{Time} 0\.0\.0\.0:{server.Port} server up and running", line);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.4.1.2")]
    [Trait("Requirement", "R0-2.1.4.1.3")]
    [Trait("Requirement", "R0-2.1.4.1.4")]
    [Trait("Requirement", "R0-2.1.4.2")]
    [Trait("Requirement", "R3-6.1")]
    [Trait("Requirement", "R3-6.2")]
    [Trait("Requirement", "R3-6.3")]
    [Trait("Requirement", "R3-6.4")]
    [Trait("Requirement", "R3-6.5")]
    [Trait("Requirement", "R3-6.6")]
    [Trait("Requirement", "R3-5.U.5")]
    [Trait("Requirement", "R3-5.D.5")]
    [Trait("Requirement", "R3-5.L.4")]
    [Trait("Requirement", "R4-9.2")]
    [Trait("Requirement", "R1-4.GET.3")]
    [Trait("Requirement", "R3-5.D.2")]
    public async Task The_log_has_a_line_for_each_event_and_the_summary_of_each_request()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using (var peer = await server.ConnectAsync())
        {
            await peer.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);
            await peer.DoneAsync("""{"type":"get","filename":"a.jpg"}""");
            await peer.DoneAsync("""{"type":"list"}""");
            await peer.RefusedAsync("not_found", """{"type":"get","filename":"b\u0041.jpg"}""");
            await peer.RefusedAsync("bad_name", """{"type":"get","filename":"c\u001b[2J\n.jpg"}""");
        }

        // A server that is told to stop before it has seen this client leave disconnects it for that.
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains(" disconnected: ", StringComparison.Ordinal)));
        server.Signal(Sigterm);
        Assert.Equal(0, await server.ExitAsync());

        var client = @"127\.0\.0\.1:[0-9]+";
        foreach (var expected in new[]
        {
            $"{client} Client01 connected$", $"{client} PUT a.jpg success ", $"{client} GET a.jpg success ", $"{client} LIST success 1 entries$",
            $"{client} GET bA.jpg failure not_found: there is no image 'bA.jpg'$", $@"{client} GET c\\u001b\[2J\\u000a.jpg failure bad_name: ",
            $"{client} Client01 disconnected: ClosedByClient$", "stopping: ", "server stopped$",
        })
        {
            Assert.Single(server.Output(), line => Regex.IsMatch(line, $"^{Time} {expected}"));
        }
    }

    [Fact]
    [Trait("Requirement", "R4-4.4")]
    [Trait("Requirement", "R4-2.3")]
    public async Task A_client_over_the_limit_is_told_that_the_server_is_full_and_another_may_come_when_one_has_left()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-clients", "1");
        await using (var first = await server.ConnectAsync())
        {
            await first.DoneAsync("""{"type":"hello","protocol":1}""");
            await using var second = await server.ConnectAsync();
            var (refusal, _) = (await second.ReceiveAsync())!.Value;

            Assert.Equal("server_full", refusal.Text("error"));
            Assert.Contains("Server full", refusal.Text("message"), StringComparison.Ordinal);
            Assert.True(refusal.OptionalFlag("retry"));
        }

        await Eventually.TrueAsync(async () =>
        {
            await using var third = await server.ConnectAsync();
            return (await third.AskAsync("""{"type":"hello","protocol":1}""")).Head.Text("status") == "ok";
        });
    }

    [Fact]
    [Trait("Requirement", "R2-10.3")]
    [Trait("Requirement", "R4-7.4")]
    [Trait("Requirement", "R4-10.1")]
    [Trait("Requirement", "R2-9.3")]
    [Trait("Requirement", "R4-3.1")]
    [Trait("Requirement", "R4-4.6")]
    [Trait("Requirement", "R4-9.1")]
    public async Task Many_clients_are_served_at_once()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async client =>
        {
            await using var peer = await server.ConnectAsync();
            for (var i = 0; i < 10; i++)
            {
                var image = TestPng.Make(20, 20, seed: (client * 100) + i);
                await peer.DoneAsync(RawPeer.Put($"{client}/{i}.png", image), image);
                Assert.Equal(image, (await peer.DoneAsync($$"""{"type":"get","filename":"{{client}}/{{i}}.png"}""")).Body);
            }
        }));
    }

    [Fact]
    public async Task The_first_signal_lets_a_transfer_finish_and_the_second_ends_at_once()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var peer = await server.ConnectAsync();
        await peer.DoneAsync("""{"type":"begin","filename":"a.jpg","length":1000,"upload":"00000000000000000000000000000001"}""");
        await peer.SendAsync(RawPeer.Frame("""{"type":"append","upload":"00000000000000000000000000000001","offset":0,"size":1000}""", Photo[..100]));
        await Eventually.TrueAsync(() => new FileInfo(folder.File(".wirephoto/incoming/00000000000000000000000000000001")) is { Exists: true, Length: 100 });

        server.Signal(Sigint);
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains("stopping: 1 ", StringComparison.Ordinal)));
        server.Signal(Sigint);

        Assert.Equal(0, await server.ExitAsync());
        Assert.EndsWith("server stopped", server.Output()[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("a.jpg")));
    }

    [Fact]
    [Trait("Requirement", "R2-10.6")]
    public async Task Log_lines_can_be_JSON()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--log", "json");

        foreach (var line in server.Output()) System.Text.Json.JsonDocument.Parse(line).Dispose();
    }

    const string Time = @"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}";
}
