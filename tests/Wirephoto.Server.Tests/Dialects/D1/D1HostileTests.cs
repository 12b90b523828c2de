using System.Buffers.Binary;
using Wirephoto.Server.Net;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class D1HostileTests
{
    static readonly byte[] Drawing = TestPng.Make(2, 2, seed: 2);

    public static TheoryData<string> Hostile => [.. HostilePickles.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    [Trait("Requirement", "R1-5.3")]
    public async Task A_hostile_pickle_gets_one_error_and_the_connection_closes(string name)
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.DoneAsync(D1Message.Put("a.png", Drawing));

        var reply = await peer.AskAsync(D1Message.Frame(HostilePickles.All[name]));

        Assert.Equal("ERROR", reply.Status);
        Assert.StartsWith("the pickle ", reply.Details, StringComparison.Ordinal);
        Assert.Equal(ConnectionEnd.ProtocolError, await service.End);
        Assert.DoesNotContain(service.Log.All, line => line.Contains("fault", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_put_whose_pickle_is_wrong_behind_its_data_publishes_nothing()
    {
        await using var service = D1Peer.Service();
        byte[] good = D1Message.Put("a.png", Drawing);
        for (var at = good.Length - 3; at < good.Length; at++)
        {
            await using var peer = D1Peer.Connect(service);
            var wrong = good.ToArray();
            wrong[at] = 0x52;
            Assert.Equal("ERROR", (await peer.AskAsync(wrong)).Status);
            await service.End;
        }

        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Fact]
    public async Task A_refused_pickle_is_read_away_before_the_reply()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        byte[] large = D1Message.Frame([0x80, 4, 0x63], new byte[5_000_000]);

        // The pipe holds far less than this: the server has to read it before the reply is looked for.
        await peer.SendAsync(large);
        Assert.Equal("ERROR", (await peer.ReceiveAsync())!.Status);
    }

    [Theory]
    [InlineData(1u << 30)]
    [InlineData(uint.MaxValue)]
    public async Task A_frame_of_1_GiB_or_more_is_refused(uint length)
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.DoneAsync(D1Message.Put("a.png", Drawing));
        var frame = D1Message.Put("b.png", Drawing);
        BinaryPrimitives.WriteUInt32BigEndian(frame, length);

        await peer.SendAsync(frame);
        peer.Hang();

        Assert.Equal("a message has less than 1073741824 bytes: send larger images with the wirephoto client", (await peer.ReceiveAsync())!.Details);
        Assert.Equal(ConnectionEnd.ProtocolError, await service.End);
    }
}
