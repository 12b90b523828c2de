using System.Net;
using Wirephoto.Server.Dialects.D4;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Dialects.D4;

public sealed class ConversationTests
{
    static readonly ServerLimits Limits = new();
    static readonly ServerOptions Options = new() { Port = 5000, Folder = "." };

    [Fact]
    [Trait("Requirement", "R4-4.5")]
    [Trait("Requirement", "R4-2.7")]
    [Trait("Requirement", "R4-10.3")]
    public async Task The_server_speaks_first_and_names_count_up_and_are_not_used_again()
    {
        await using var service = new SessionService();
        var first = service.Connect();
        Assert.Equal("Client01", await first.HearTextAsync());
        Assert.Equal("Client02", await service.Connect().HearTextAsync());
        await first.AskAsync("exit");

        Assert.Equal("Client03", await service.Connect().HearTextAsync());
    }

    [Theory]
    [Trait("Requirement", "R4-3.8")]
    [Trait("Requirement", "R4-1.5")]
    [Trait("Requirement", "R4-10.7")]
    [InlineData("hello there", "hello there ACK")]
    [InlineData("  hello \t there \r\n", "hello \t there ACK")]
    [InlineData("Grüße 📷", "Grüße 📷 ACK")]
    [InlineData("get", "get ACK")]
    [InlineData("getphoto.jpg", "getphoto.jpg ACK")]
    [InlineData("list all", "list all ACK")]
    [InlineData(" \r\n", " ACK")]
    public async Task What_is_no_command_comes_back_with_ACK_as_one_message(string said, string answer)
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.Equal(answer, await wire.AskAsync(said));
        Assert.False(wire.HasHeard);
        await service.Log.ShowsAsync(line => line.Contains(" SAY success ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_echo_never_exceeds_what_one_receive_takes()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.Equal(new string('x', 4092) + " ACK", await wire.AskAsync(new string('x', 4092)));
        Assert.Equal("The message is too long: 4092 bytes are the most.", await wire.AskAsync(new string('x', 4093)));
        Assert.Equal("next ACK", await wire.AskAsync("next"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_back_as_text_that_can_be_read()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        wire.Say([0xff, 0xfe, (byte)'a']);

        Assert.Equal("\ufffd\ufffda ACK", await wire.HearTextAsync());
    }

    [Theory]
    [Trait("Requirement", "R4-3.4")]
    [Trait("Requirement", "R4-1.6")]
    [Trait("Requirement", "R4-10.8")]
    [InlineData("exit")]
    [InlineData("EXIT\r\n")]
    [InlineData(" Exit ")]
    public async Task Exit_says_goodbye_and_ends(string said)
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.Equal("Goodbye!", await wire.AskAsync(said));
        Assert.Equal(ConnectionEnd.Goodbye, await service.End);
        Assert.Null(await wire.HearTextAsync());
    }

    [Theory]
    [Trait("Requirement", "R4-3.3")]
    [Trait("Requirement", "R4-7.3")]
    [InlineData("STATUS")]
    [InlineData("Status\r\n")]
    [InlineData("LIST\n")]
    [InlineData("GET x.png")]
    [InlineData("Get\tx.png\r\n")]
    public async Task Commands_are_known_in_any_case_and_with_white_space_around_them(string said)
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.DoesNotContain("ACK", await wire.AskAsync(said), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R4-3.10")]
    [Trait("Requirement", "R4-3.9")]
    public async Task A_client_may_vanish_at_any_time()
    {
        await using var service = new SessionService();
        service.Connect().Hang();
        Assert.Equal(ConnectionEnd.ClosedByClient, await service.End);

        var wire = await service.GreetedAsync();
        wire.Say("hello");
        wire.Hang();
        Assert.Equal(ConnectionEnd.ClosedByClient, await service.End);

        (await service.GreetedAsync()).Reset();
        Assert.Equal(ConnectionEnd.Lost, await service.End);
    }

    [Fact]
    public async Task A_client_may_be_silent_for_minutes_but_not_for_ever()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();
        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(Limits.Idle));
        service.Clock.Advance(Limits.Idle - TimeSpan.FromSeconds(1));
        Assert.Equal("still here ACK", await wire.AskAsync("still here"));
        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(Limits.Idle));
        service.Clock.Advance(Limits.Idle);
        await LastWordAsync(service, wire);

        Assert.Equal("Nothing was said for too long. Connect again.", await wire.HearTextAsync());
        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_answer_is_cut_off()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();
        wire.StopReading();
        wire.Say("hello");
        await service.Clock.PassAsync(Limits.SendPause, until: service.End);

        Assert.Equal(ConnectionEnd.NotRead, await service.End);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_and_ends()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();
        service.Drain();
        await LastWordAsync(service, wire);

        Assert.Equal("The server is stopping. Try again later.", await wire.HearTextAsync());
        Assert.Equal(ConnectionEnd.Drained, await service.End);
    }

    [Fact]
    [Trait("Requirement", "R4-4.4")]
    [Trait("Requirement", "R4-2.3")]
    public async Task A_session_over_the_limit_is_refused_with_one_message_and_gets_no_number()
    {
        var clock = new ManualClock();
        var roster = new ClientRoster(clock, history: 10);
        var doorman = new Doorman(Options, roster, most: 1, D4Session.Wording, clock, new ServerLog(new LogLines()));
        var first = doorman.Admit(new IPEndPoint(IPAddress.Loopback, 1)).Caller!;
        var address = new IPEndPoint(IPAddress.Loopback, 2);
        var refusal = doorman.Admit(address).Refusal!;
        await using var wire = new MessageWire(clock);
        wire.Hang();
        await doorman.TurnAwayAsync(wire, address, refusal);
        roster.Leave(first);

        Assert.Equal("Server full. Try again later.", await wire.HearTextAsync());
        Assert.Null(await wire.HearTextAsync());
        Assert.Equal("Client02", doorman.Admit(address).Caller!.Name);
    }

    [Fact]
    public async Task Another_machine_gets_a_readable_refusal_in_one_message_while_the_server_is_protected()
    {
        var clock = new ManualClock();
        var log = new LogLines();
        var doorman = new Doorman(Options, new ClientRoster(clock, history: 10), most: 3, D4Session.Wording, clock, new ServerLog(log));
        var address = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1);
        var (caller, refusal) = doorman.Admit(address);
        await using var wire = new MessageWire(clock);
        wire.Hang();
        await doorman.TurnAwayAsync(wire, address, refusal!);

        Assert.Null(caller);
        Assert.Contains("--open", await wire.HearTextAsync(), StringComparison.Ordinal);
        Assert.Null(await wire.HearTextAsync());
        await log.ShowsAsync(line => line.Contains("refused: protected", StringComparison.Ordinal));
    }

    // It keeps away from the answer before it, or a client would take it for a part of an image.
    static async Task LastWordAsync(SessionService service, MessageWire wire)
    {
        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(TimeSpan.FromMilliseconds(200)));
        Assert.False(wire.HasHeard);
        service.Clock.Advance(TimeSpan.FromMilliseconds(200));
    }
}
