using System.Globalization;
using Wirephoto.Cli.Commands;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.Client;
using Wirephoto.Protocol.Messages;
using Wirephoto.Testing;

namespace Wirephoto.Cli.Tests.Commands;

public sealed class LanesTests : IAsyncLifetime
{
    const long Small = 100_000;
    const long Large = 5_000_000;
    const int Handles = 20_000;

    static readonly TimeSpan Near = TimeSpan.FromMilliseconds(4);
    static readonly TimeSpan Far = TimeSpan.FromMilliseconds(5);

    readonly ManualClock clock = new();
    readonly ScriptedServer server;
    readonly Lanes lanes = new(jobs: 8, Handles);
    TimeSpan distance;
    int pipeline = 5000;
    WirephotoClient first = null!;
    WirephotoClient second = null!;

    public LanesTests() => server = new((_, _) =>
    {
        clock.Advance(distance);
        return (new HelloReply(1, "scripted", "Client01", ["png"], new AnnouncedLimits { Pipeline = pipeline }, []), []);
    });

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        first = await ConnectAsync(Near);
        second = await ConnectAsync(Near);
    }

    [Fact]
    public async Task A_file_goes_over_the_connection_that_carries_least()
    {
        lanes.Add(first);
        lanes.Add(second);
        using var large = await lanes.EnterAsync(Large, Cancel);

        for (var i = 0; i < 3; i++) Assert.NotSame(large.Client, (await lanes.EnterAsync(Small, Cancel)).Client);
    }

    [Fact]
    public async Task Until_all_connections_are_there_a_large_file_waits_for_one_that_joins_or_becomes_free()
    {
        lanes.Add(first);
        using var one = await lanes.EnterAsync(Large, Cancel);
        var other = lanes.EnterAsync(Large, Cancel);
        Assert.False(other.IsCompleted);

        lanes.Add(second);
        Assert.Same(second, (await other).Client);

        var third = lanes.EnterAsync(Large, Cancel);
        Assert.False(third.IsCompleted);
        one.Dispose();
        Assert.Same(first, (await third).Client);
    }

    [Theory]
    [InlineData(0, 1, 16, 1024)]
    [InlineData(Small, 1, 16, 671)]
    [InlineData(Small, 2, 16, 671)]
    [InlineData(Small, 4, 16, 512)]
    [InlineData(Small, 64, 16, 64)]
    [InlineData(1_900_000, 1, 16, 35)]
    [InlineData(4_194_304, 1, 16, 16)]
    [InlineData(Large, 1, 4, 4)]
    [InlineData(long.MaxValue, 1, 4, 4)]
    public async Task A_connection_carries_so_many_files_by_their_length_and_its_own(long length, int jobs, int near, int far)
    {
        await using var distant = await ConnectAsync(Far);
        Assert.Equal((near, far), (await ManyAsync(first), await ManyAsync(distant)));

        async Task<int> ManyAsync(WirephotoClient client)
        {
            var alone = new Lanes(jobs, Handles);
            alone.Add(client);
            alone.Complete();
            var count = 0;
            while (alone.EnterAsync(length, Cancel).IsCompleted) count++;
            return count;
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(100, 100)]
    [InlineData(1000, 671)]
    public async Task No_more_are_on_their_way_than_the_server_lets_wait_for_their_replies_or_a_few_wait_to_be_sent(int replies, int expected)
    {
        pipeline = replies;
        await using var distant = await ConnectAsync(Far);
        var alone = new Lanes(jobs: 1, Handles);
        alone.Add(distant);
        alone.Complete();

        var count = 0;
        while (alone.EnterAsync(Small, Cancel).IsCompleted) count++;

        Assert.Equal(expected, count);
    }

    [Theory]
    [InlineData(1, 100, 17)]
    [InlineData(8, 100, 14)]
    [InlineData(64, 100, 1)]
    public async Task No_more_are_on_their_way_than_the_process_may_have_open(int jobs, int handles, int expected)
    {
        await using var distant = await ConnectAsync(Far);
        var few = new Lanes(jobs, handles);
        few.Add(distant);
        few.Complete();
        var places = new List<Lanes.Place>();
        var next = few.EnterAsync(Small, Cancel);
        for (; next.IsCompleted; next = few.EnterAsync(Small, Cancel)) places.Add(await next);
        Assert.Equal(expected, places.Count);

        places[0].Dispose();

        Assert.Same(distant, (await next).Client);
    }

    [Fact]
    public async Task A_connection_whose_first_reply_was_slow_beside_a_near_one_is_near_as_well()
    {
        await using var late = await ConnectAsync(Far);
        lanes.Add(first);
        lanes.Add(late);
        lanes.Complete();
        var clients = new List<WirephotoClient>();
        for (var place = lanes.EnterAsync(Small, Cancel); place.IsCompleted; place = lanes.EnterAsync(Small, Cancel)) clients.Add((await place).Client);

        Assert.Equal((16, 16), (clients.Count(client => client == first), clients.Count(client => client == late)));
    }

    [Fact]
    public async Task A_large_file_waits_until_there_is_room_for_it()
    {
        lanes.Add(first);
        lanes.Complete();
        var small = new List<Lanes.Place>();
        for (var i = 0; i < 16; i++) small.Add(await lanes.EnterAsync(Small, Cancel));
        var large = lanes.EnterAsync(Large, Cancel);

        foreach (var place in small.Take(4))
        {
            Assert.False(large.IsCompleted);
            place.Dispose();
        }

        Assert.Same(first, (await large).Client);
    }

    [Fact]
    public async Task The_wait_for_a_place_ends_when_it_is_cancelled()
    {
        using var giveUp = new CancellationTokenSource();
        var place = lanes.EnterAsync(Small, giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => place);
    }

    Task<WirephotoClient> ConnectAsync(TimeSpan roundTrip)
    {
        distance = roundTrip;
        return WirephotoClient.ConnectAsync("127.0.0.1", int.Parse(server.Port, CultureInfo.InvariantCulture), new WirephotoClientOptions { Clock = clock }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await server.DisposeAsync();
    }
}
