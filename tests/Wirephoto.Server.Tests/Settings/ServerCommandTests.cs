using System.Net;
using Wirephoto.Server.Options;

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
}
