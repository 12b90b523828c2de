using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

/// <summary>0 all done, 1 a request failed, 2 usage, 3 no connection, 4 access, 5 integrity, 6 a local file, 130 interrupted.</summary>
public sealed class ExitCodeTests : IDisposable
{
    readonly TempFolder local = new();

    static string ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    static ScriptedServer Scripted(Func<string, (Protocol.Messages.Reply, byte[])?> script) => new((type, _) => type == "hello" ? ScriptedServer.Hello : script(type));

    Task<Outcome> RunAsync(params string[] args) => ClientProcess.RunAsync(local.Root, args);

    [Fact]
    public async Task Zero_when_all_is_done()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, (await server.ClientAsync(local.Root, "list", "say", "hi")).ExitCode);
        Assert.Equal(0, (await RunAsync("--help")).ExitCode);
        Assert.StartsWith("wirephoto ", (await RunAsync("--version")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_when_a_request_failed()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(1, (await server.ClientAsync(local.Root, "stat", "nosuch.png", "list")).ExitCode);
    }

    [Fact]
    public async Task Three_where_the_host_has_no_address_that_this_machine_speaks()
    {
        var outcome = await ClientProcess.RunAsync(local.Root, ["::1", ClosedPort(), "list"], "", new() { ["DOTNET_SYSTEM_NET_DISABLEIPV6"] = "1" });
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("no_connection", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "R0-3.1.1.4")]
    [Trait("Requirement", "R2-7.3")]
    [InlineData]
    [InlineData("localhost")]
    [InlineData("localhost", "5000")]
    [InlineData("localhost", "http", "list")]
    [InlineData("localhost", "0", "list")]
    [InlineData("localhost", "65536", "list")]
    [InlineData("localhost", "5000", "fetch", "a.jpg")]
    [InlineData("localhost", "5000", "put")]
    [InlineData("localhost", "5000", "list", "--nope")]
    [InlineData("list")]
    public async Task Two_when_the_line_is_wrong_in_one_line_and_nothing_is_sent(params string[] args)
    {
        var outcome = await RunAsync(args);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.EndsWith("(see wirephoto --help)", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R4-6.5")]
    [Trait("Requirement", "R3-10.6")]
    [Trait("Requirement", "R3-10.7")]
    [Trait("Requirement", "R1-5.3")]
    public async Task Three_when_nobody_listens_with_a_report_for_each_request()
    {
        local.Write("a.png", TestPng.Make(4, 4, 1));
        var port = ClosedPort();

        var outcome = await RunAsync("localhost", port, "put", "a.png", "get", "b.png", "list", "stat", "c.png", "have", "a.png", "say", "hi", "status");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(6, outcome.Lines.Length);
        Assert.All(outcome.Lines, line => Assert.Contains(" failure no_connection: ", line, StringComparison.Ordinal));
        Assert.Equal($"localhost:{port} LIST failure no_connection: ", outcome.ErrorLines[0][..$"localhost:{port} LIST failure no_connection: ".Length]);
    }

    [Fact]
    public async Task Two_with_the_way_to_write_it_when_the_host_or_the_port_is_forgotten()
    {
        Assert.Equal("wirephoto: the host is missing before the port 5000: write localhost 5000 for a server on this machine (see wirephoto --help)", Assert.Single((await RunAsync("5000", "list")).ErrorLines));
        Assert.StartsWith("wirephoto: the host is missing before the port 5000: ", Assert.Single((await RunAsync("5000")).ErrorLines), StringComparison.Ordinal);
        Assert.Equal("wirephoto: the port is missing after the host 'nas' (see wirephoto --help)", Assert.Single((await RunAsync("nas", "put", "a.jpg")).ErrorLines));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    public async Task Three_when_another_program_answers_at_the_port_at_once_although_it_says_no_more(string greeting)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = RunAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "list");
        using var other = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        other.Send(System.Text.Encoding.ASCII.GetBytes(greeting));

        var outcome = await client;

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains(" LIST failure bad_reply: what answers there is no Wirephoto server: ", outcome.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("bad_reply: The other side does not speak this protocol: check host and port.", outcome.ErrorLines[1]);
    }

    [Fact]
    public async Task Three_also_for_a_folder_without_an_image_when_nobody_listens()
    {
        local.Write("shoot/a.xmp", []);

        var outcome = await RunAsync("localhost", ClosedPort(), "put", "-r", "shoot");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("shoot failure no_connection: ", Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R4-5.3")]
    public async Task Three_when_the_server_is_full_with_its_message()
    {
        await using var server = new ScriptedServer((_, _) => ScriptedServer.Refuse(ErrorCode.ServerFull, "Server full: 3 clients are connected"));

        var outcome = await RunAsync("localhost", server.Port, "list", "--retry", "0");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("Server full", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.Protected, true)]
    [InlineData(ErrorCode.Forbidden, false)]
    public async Task Four_when_the_server_denies_access(ErrorCode code, bool atOnce)
    {
        await using var server = new ScriptedServer((type, _) => type == "hello" && !atOnce ? ScriptedServer.Hello : ScriptedServer.Refuse(code, "no"));

        Assert.Equal(4, (await RunAsync("localhost", server.Port, "delete", "a.png")).ExitCode);
    }

    [Fact]
    [Trait("Requirement", "R2-8.3")]
    [Trait("Requirement", "R2-10.4")]
    public async Task Five_when_bytes_are_not_what_their_digest_says_and_nothing_is_saved()
    {
        await using var server = Scripted(_ => ScriptedServer.Image("a.png", [1, 2, 3], new Digest(new byte[32])));

        var outcome = await RunAsync("localhost", server.Port, "get", "a.png", "--retry", "0");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Empty(Directory.EnumerateFiles(local.Root));
    }

    [Fact]
    public async Task Six_when_a_local_file_is_missing_and_no_connection_is_needed_for_it() =>
        Assert.Equal(6, (await RunAsync("localhost", ClosedPort(), "put", "nosuch.png")).ExitCode);

    [Fact]
    [Trait("Requirement", "R0-2.2.1.2")]
    public async Task One_when_a_type_is_not_accepted_whether_or_not_there_is_a_server()
    {
        local.Write("notes.txt", [1]);
        Assert.Equal(1, (await RunAsync("localhost", ClosedPort(), "put", "notes.txt", "get", "notes.txt")).ExitCode);
    }

    [Fact]
    public async Task The_highest_of_several()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(6, (await server.ClientAsync(local.Root, "put", "nosuch.png", "stat", "nosuch.png")).ExitCode);
    }

    [Fact]
    public async Task Interrupted_it_cleans_up_and_ends_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals to send there");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Scripted(_ =>
        {
            asked.TrySetResult();
            return null;
        });
        using var process = ClientProcess.Start(local.Root, ["localhost", server.Port, "get", "a.png"]);
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var outcome = await ClientProcess.EndAsync(process);

        Assert.Equal(130, outcome.ExitCode);
        Assert.Empty(Directory.EnumerateFiles(local.Root));
    }

    public void Dispose() => local.Dispose();
}
