using Wirephoto.Cli.Commands;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.Client;
using Wirephoto.Testing;

namespace Wirephoto.Cli.Tests.Programs;

public sealed class LanesTests : IAsyncLifetime
{
    const long Small = 100_000;
    const long Large = 5_000_000;

    readonly ManualClock clock = new();
    readonly ScriptedServer server;
    readonly Lanes lanes = new();
    TimeSpan distance;
    WirephotoClient first = null!;
    WirephotoClient second = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public LanesTests() => server = new((_, _) =>
    {
        clock.Advance(distance);
        return ScriptedServer.Hello;
    });

    public async ValueTask InitializeAsync()
    {
        first = await ConnectAsync();
        second = await ConnectAsync();
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
    [InlineData(0, 0, 16)]
    [InlineData(0, Small, 16)]
    [InlineData(0, 4_194_304, 16)]
    [InlineData(4, Small, 16)]
    [InlineData(5, 0, 64)]
    [InlineData(5, Small, 64)]
    [InlineData(5, 4_194_304, 16)]
    [InlineData(0, Large, 4)]
    [InlineData(5, Large, 4)]
    [InlineData(5, long.MaxValue, 4)]
    public async Task A_connection_carries_so_many_files(int milliseconds, long length, int most)
    {
        distance = TimeSpan.FromMilliseconds(milliseconds);
        await using var one = await ConnectAsync();
        await using var other = await ConnectAsync();
        lanes.Add(one);
        lanes.Add(other);
        lanes.Complete();
        var clients = new List<WirephotoClient>();
        for (var i = 0; i < 2 * most; i++) clients.Add((await lanes.EnterAsync(length, Cancel)).Client);

        Assert.Equal((most, most), (clients.Count(client => client == one), clients.Count(client => client == other)));
        Assert.False(lanes.EnterAsync(length, Cancel).IsCompleted);
    }

    [Fact]
    public async Task A_large_file_waits_until_there_is_room_for_it()
    {
        lanes.Add(first);
        var small = new List<Lanes.Place>();
        for (var i = 0; i < 4; i++) small.Add(await lanes.EnterAsync(Small, Cancel));
        var large = lanes.EnterAsync(Large, Cancel);

        foreach (var place in small)
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

    Task<WirephotoClient> ConnectAsync() => WirephotoClient.ConnectAsync(
        "127.0.0.1", int.Parse(server.Port, System.Globalization.CultureInfo.InvariantCulture), new WirephotoClientOptions { Clock = clock }, Cancel);

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await server.DisposeAsync();
    }
}
