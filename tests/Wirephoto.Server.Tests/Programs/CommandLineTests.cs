using System.Net;
using System.Net.Sockets;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Programs;

public sealed class CommandLineTests
{
    [Theory]
    [Trait("Requirement", "R0-2.1.1.1.1")]
    [Trait("Requirement", "R0-3.1.1.1")]
    [InlineData("abc", "'abc' is not a port: it must be a number from 1 to 65535")]
    [InlineData("0", "'0' is not a port")]
    [InlineData("65536", "'65536' is not a port")]
    [InlineData("5000x", "'5000x' is not a port")]
    [InlineData("99999999999999", "is not a port")]
    public async Task A_port_that_is_none_is_one_clear_line_and_exit_code_2(string port, string message)
    {
        await ExpectAsync(2, message, port);
    }

    [Theory]
    [InlineData("the port is missing")]
    [InlineData("--max-clients is a number from 1 to 1000000, not '0'", "5000", "--max-clients", "0")]
    [InlineData("--keep-uploads is a number from 1 to 1000000, not 'day'", "5000", "--keep-uploads", "day")]
    [InlineData("'huge' is not a size", "5000", "--max-size", "huge")]
    [InlineData("'nowhere' is not an IP address", "5000", "--bind", "nowhere")]
    [InlineData("the structure of 'gif' files can't be checked", "5000", "--types", "jpg,gif")]
    [InlineData("is not a file extension", "5000", "--types", "j/g")]
    [InlineData("'d1,d9' is no list of dialects", "5000", "--dialects", "d1,d9")]
    [InlineData("'none,d1' is no list of dialects", "5000", "--dialects", "none,d1")]
    [InlineData("--nonsense", "5000", "--nonsense")]
    [InlineData("configuration can't be read", "5000", "--config", "/nonexistent/file.json")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_code_2(string message, params string[] arguments)
    {
        await ExpectAsync(2, message, arguments);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.1.1.1")]
    public async Task A_port_in_use_is_one_clear_line_and_exit_code_1()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();

        await ExpectAsync(1, "is in use by another program, maybe another wirephotod", $"{((IPEndPoint)other.LocalEndpoint).Port}", "--folder", folder.Path);
    }

    [Fact]
    [Trait("Requirement", "R4-8.3")]
    public async Task A_folder_that_is_not_there_is_one_clear_line_and_exit_code_1()
    {
        await ExpectAsync(1, "'/nonexistent-folder' does not exist", $"{ServerProcess.FreePort()}", "--folder", "/nonexistent-folder");
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_told_apart_from_nothing()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("pictures"), "", TestContext.Current.CancellationToken);

        await ExpectAsync(1, "is a file: name a folder", $"{ServerProcess.FreePort()}", "--folder", folder.File("pictures"));
    }

    [Fact]
    public async Task A_folder_that_is_served_already_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);

        await ExpectAsync(1, "already", $"{ServerProcess.FreePort()}", "--folder", folder.Path);
    }

    [Fact]
    [Trait("Requirement", "R2-10.6")]
    public async Task Options_come_from_a_file_and_the_command_line_wins()
    {
        using var folder = new TemporaryFolder();
        var config = folder.File("wirephoto.json");
        await File.WriteAllTextAsync(config, """{ "types": ["png"], "max-size": "1KiB", "open": true, "max-clients": 7 }""", TestContext.Current.CancellationToken);
        await using var server = await ServerProcess.StartAsync(folder.Path, "--config", config, "--max-clients", "8");
        await using var peer = await server.ConnectAsync();

        var (hello, _) = await peer.DoneAsync("""{"type":"hello","protocol":1}""");
        var (status, _) = await peer.DoneAsync("""{"type":"status"}""");

        Assert.Equal(["png"], hello.Texts("types", 9));
        Assert.Equal(1024, hello.Nested("limits").Number("length"));
        Assert.Equal(1024, hello.Nested("limits").Number("pipeline"));
        Assert.Equal(8, status.Number("max_clients"));
        await File.WriteAllTextAsync(config, """{ "tipes": "png" }""", TestContext.Current.CancellationToken);
        await ExpectAsync(2, "'tipes' in wirephoto.json is not an option", "5000", "--config", config);
    }

    [Fact]
    public async Task Help_shows_every_option_and_an_example()
    {
        var (exit, help, _) = await ServerProcess.RunAsync("--help");

        Assert.Equal(0, exit);
        foreach (var word in new[] { "--folder", "--bind", "--max-clients", "--max-size", "--keep-uploads", "--types", "--accept", "--open", "--dialects", "--log", "--config", "wirephotod 5000" })
            Assert.Contains(word, help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "is switched off", "is switched off")]
    [InlineData("D2", "OK", "is switched off")]
    [InlineData("d1, d3", "is switched off", "invalid")]
    public async Task Dialects_that_are_not_listed_are_not_spoken(string listed, string d2, string d3)
    {
        using var folder = new TemporaryFolder();
        var config = folder.File("wirephoto.json");
        await File.WriteAllTextAsync(config, $$"""{ "dialects": "{{listed}}" }""", TestContext.Current.CancellationToken);
        await using var server = await ServerProcess.StartAsync(folder.Path, "--config", config);

        Assert.Contains(d2, await AnswerAsync(server, "PUT|a.png\n"), StringComparison.Ordinal);
        Assert.Contains(d3, await AnswerAsync(server, "get a.png "), StringComparison.Ordinal);
        await using var peer = await server.ConnectAsync();
        await peer.DoneAsync("""{"type":"hello","protocol":1}""");
    }

    static async Task<string> AnswerAsync(ServerProcess server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    static async Task ExpectAsync(int exitCode, string message, params string[] arguments)
    {
        var (exit, output, error) = await ServerProcess.RunAsync(arguments);

        Assert.Equal(exitCode, exit);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
