using System.Diagnostics;
using System.Text;
using Wirephoto.Server.Dialects.D4;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Dialects.D1;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Hostile;

/// <summary>Clients that stop in the middle of anything, in every wire format: a deadline ends each of them, and nothing of theirs is published.</summary>
public sealed class SlowlorisTests
{
    const string RefusedPickle = "d1: inside a refused pickle";

    static readonly ServerLimits Limits = new();
    static readonly byte[] Photo = TestJpeg.OfSize(5000, seed: 1);
    static readonly byte[] Put = RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo);
    static readonly byte[] Say = RawPeer.Frame("""{"type":"say","text":"x"}""");

    // What is sent before the silence, and the deadline that has to end it.
    static readonly Dictionary<string, (byte[] Sent, TimeSpan Deadline)> Stops = new()
    {
        ["native: before the first byte"] = ([], Limits.FirstByte),
        ["native: inside the length of the first head"] = (Say[..1], Limits.FirstByte),
        ["native: before it can be told from other formats"] = (Say[..3], Limits.FirstByte),
        ["native: inside the first head"] = (Say[..^1], Limits.Head),
        ["native: between requests"] = (Say, Limits.Idle),
        ["native: inside the length of a later head"] = ([.. Say, 0], Limits.Head),
        ["native: inside a later head"] = ([.. Say, .. Say[..9]], Limits.Head),
        ["native: before a body"] = (RawPeer.Frame(RawPeer.Put("a.jpg", Photo)), Limits.BodyPause),
        ["native: inside a body"] = (Put[..^1], Limits.BodyPause),
        ["native: inside a refused body"] = (RawPeer.Frame(RawPeer.Put("a.txt", Photo), Photo)[..^1], Limits.BodyPause),
        ["native: inside a piece"] = (
            [
                .. RawPeer.Frame("""{"type":"begin","filename":"a.jpg","length":5000,"upload":"00000000000000000000000000000001"}"""),
                .. RawPeer.Frame("""{"type":"append","upload":"00000000000000000000000000000001","offset":0,"size":5000}""", Photo)[..^1],
            ],
            Limits.BodyPause),
        ["d1: inside the length"] = (D1Message.List[..3], Limits.FirstByte),
        ["d1: inside the pickle"] = (D1Message.List[..^1], Limits.Head),
        ["d1: inside the data"] = (D1Message.Put("a.jpg", Photo)[..3000], Limits.BodyPause),
        ["d1: behind the data"] = (D1Message.Put("a.jpg", Photo)[..^1], Limits.Head),
        [RefusedPickle] = (D1Message.Frame([0x80, 4, 0x63], new byte[999])[..500], Limits.BodyPause),
        ["d1: between requests"] = (D1Message.List, Limits.Idle),
        ["d2: inside the line"] = ("PUT|a.jp"u8.ToArray(), Limits.Head),
        ["d2: before the length"] = ("PUT|a.jpg\n"u8.ToArray(), Limits.BodyPause),
        ["d2: inside the length"] = ([.. "PUT|a.jpg\n"u8, 0, 0, 0], Limits.BodyPause),
        ["d2: inside the data"] = ([.. "PUT|a.jpg\n"u8, 0, 0, 0, 0, 0, 0, 0x13, 0x88, .. Photo[..^1]], Limits.BodyPause),
        ["d3: inside the verb"] = ("pu"u8.ToArray(), Limits.FirstByte),
        ["d3: inside the name"] = ("put a.jp"u8.ToArray(), Limits.Head),
        ["d3: before the length"] = ("put a.jpg "u8.ToArray(), Limits.BodyPause),
        ["d3: inside the data"] = ([.. "put a.jpg "u8, 0, 0, 0x13, 0x88, .. Photo[..^1]], Limits.BodyPause),
        ["d4: before the first word"] = ([], Limits.Idle),
        ["d4: after a word"] = ("hello"u8.ToArray(), Limits.Idle),
    };

    public static TheoryData<string> Names => [.. Stops.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_that_stops_is_ended_by_its_deadline_and_leaves_nothing(string name)
    {
        var (sent, deadline) = Stops[name];
        await using var service = new TestService
        {
            Open = name.StartsWith("d4", StringComparison.Ordinal)
                ? static (duplex, context) => new D4Session(duplex, context)
                : static (duplex, context) => new Wirephoto.Server.Dialects.FormatChoice(duplex, context),
        };
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        if (sent.Length > 0) await peer.SendAsync(sent);
        var answers = client.RestAsync();

        await PassesAsync(service, deadline);

        // A refused pickle has ended the conversation; what follows it is only read away until the time runs out.
        Assert.Equal(name == RefusedPickle ? ConnectionEnd.ProtocolError : ConnectionEnd.TimedOut, await service.End);
        await server.DisposeAsync();
        await answers;
        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    // A deadline is not there at once, and shorter ones may come before it: time passes second by second, and no longer than the deadline says.
    static async Task PassesAsync(TestService service, TimeSpan deadline)
    {
        await service.Clock.AwaitsAsync(deadline);
        service.Clock.Advance(deadline - TimeSpan.FromSeconds(1));
        Assert.False(service.End.IsCompleted);
        service.Clock.Advance(TimeSpan.FromSeconds(1));

        // The last word of D4 comes after a pause. It gets some real time before: a reply that is on its way is not to run out of time as well.
        var since = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() =>
        {
            if (service.End.IsCompleted || Stopwatch.GetElapsedTime(since) < TimeSpan.FromMilliseconds(500)) return service.End.IsCompleted;
            since = Stopwatch.GetTimestamp();
            if (service.Clock.HasTimerWithin(deadline)) service.Clock.Advance(deadline);
            return service.End.IsCompleted;
        });
    }
}
