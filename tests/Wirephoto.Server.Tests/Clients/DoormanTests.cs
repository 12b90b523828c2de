using System.Net;
using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Clients;

public sealed class DoormanTests
{
    static readonly ManualClock Clock = new();

    [Theory]
    [Trait("Requirement", "R2-8.5")]
    [Trait("Requirement", "R2-9.4")]
    [Trait("Requirement", "R2-9.2")]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("::1", false, null)]
    [InlineData("192.0.2.1", false, ErrorCode.Protected)]
    [InlineData("2001:db8::1", false, ErrorCode.Protected)]
    [InlineData("192.0.2.1", true, null)]
    public void Without_users_only_this_machine_is_served_until_the_owner_opens_the_server(string from, bool open, ErrorCode? refusal)
    {
        var (caller, refused) = Doorman(open, 3).Admit(new IPEndPoint(IPAddress.Parse(from), 40000));

        Assert.Equal(refusal, refused?.Code);
        Assert.Equal(refusal is null, caller is not null);
        if (refused is not null) Assert.Contains("--open", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R4-2.3")]
    [Trait("Requirement", "R4-4.4")]
    public void The_client_after_the_last_allowed_one_is_refused()
    {
        var doorman = Doorman(open: false, clients: 3);
        var from = new IPEndPoint(IPAddress.Loopback, 40000);

        Assert.Equal(["Client01", "Client02", "Client03"], Enumerable.Range(0, 3).Select(_ => doorman.Admit(from).Caller!.Name));
        Assert.Equal(ErrorCode.ServerFull, doorman.Admit(from).Refusal!.Code);
    }

    static Doorman Doorman(bool open, int clients)
    {
        var options = new ServerOptions { Port = 5000, Folder = ".", Open = open, Limits = new ServerLimits { Clients = clients } };
        return new Doorman(options, new ClientRoster(Clock, 10), clients, NativeSession.Wording, Clock, new ServerLog(new LogLines()));
    }
}
