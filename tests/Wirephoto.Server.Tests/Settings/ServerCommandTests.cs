using System.Net;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Settings;

public sealed class ServerCommandTests
{
    [Fact]
    [Trait("Requirement", "R0-2.1.1.2")]
    [Trait("Requirement", "R0-2.1.2.1")]
    [Trait("Requirement", "R3-4.1")]
    public void With_a_port_alone_it_serves_the_current_folder_on_all_addresses()
    {
        var options = new ServerCommand().Read(["5000"]);

        Assert.Equal((5000, Directory.GetCurrentDirectory(), null), (options.Port, options.Folder, options.Bind));
        Assert.Equal(["jpeg", "jpg", "png"], options.Types.All.Order(StringComparer.Ordinal));
        Assert.Equal(AcceptRule.Structure, options.Accept);
    }

    [Fact]
    [Trait("Requirement", "R2-10.5")]
    [Trait("Requirement", "R2-10.6")]
    [Trait("Requirement", "R3-1.2")]
    [Trait("Requirement", "R4-2.1")]
    [Trait("Requirement", "R4-2.2")]
    [Trait("Requirement", "R4-2.3")]
    [Trait("Requirement", "R4-2.4")]
    [Trait("Requirement", "R4-7.1")]
    public void Address_port_number_of_clients_folder_and_types_can_be_chosen()
    {
        var options = new ServerCommand().Read(["12345", "--bind", "127.0.0.1", "--max-clients", "3", "--folder", "./files", "--types", "txt,jpg", "--accept", "name"]);

        Assert.Equal((IPAddress.Loopback, 12345, 3, "./files"), (options.Bind, options.Port, options.Limits.Clients, options.Folder));
        Assert.Equal(["jpg", "txt"], options.Types.All.Order(StringComparer.Ordinal));
        Assert.Equal(AcceptRule.Name, options.Accept);
    }

    [Theory]
    [InlineData("{\"port\": 5000, \"folder\": \"\u00ff\"}", "is not valid UTF-8")]
    [InlineData("{\"port\": 5000, \"folder\": \"\\ud800\"}", "half a character")]
    [InlineData("{\"port\": 5000, \"\\udfff\": 1}", "half a character")]
    [InlineData("{\"port\": \"--open\"}", "'--open' in config.json is not a port")]
    [InlineData("{\"port\": 5000, \"folder\": \"\"}", "'folder' in config.json is empty")]
    [InlineData("{\"port\": 5000, \"reserve\": \"much\"}", "'much' is not a size: --reserve takes one such as")]
    public void A_configuration_that_makes_no_sense_is_refused_with_the_reason(string latin1, string reason)
    {
        var refusal = Assert.Throws<WirephotoException>(() => Read(latin1));
        Assert.Equal(ErrorCode.Usage, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--open")]
    [InlineData("@file")]
    [InlineData("-x")]
    [InlineData("a b=c")]
    public void A_value_in_the_configuration_is_taken_as_it_stands(string folder)
    {
        var options = Read($$"""{"port": 5000, "folder": "{{folder}}", "reserve": 0}""");
        Assert.Equal((folder, false, 0L), (options.Folder, options.Open, options.Reserve));
    }

    [Fact]
    public void The_reserve_is_a_size()
    {
        Assert.Null(new ServerCommand().Read(["5000"]).Reserve);
        Assert.Equal(2L << 30, new ServerCommand().Read(["5000", "--reserve", "2GiB"]).Reserve);
        Assert.Equal(0, new ServerCommand().Read(["5000", "--reserve", "0"]).Reserve);
    }

    static ServerOptions Read(string latin1)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("config.json"), Encoding.Latin1.GetBytes(latin1));
        return new ServerCommand().Read(["--config", folder.File("config.json")]);
    }
}
