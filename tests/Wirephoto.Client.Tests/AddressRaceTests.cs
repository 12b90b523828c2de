using System.Net;
using System.Net.Sockets;
using Wirephoto.Client.Connections;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Testing;

namespace Wirephoto.Client.Tests;

/// <summary>A host with several addresses. Linux gives the whole of 127.0.0.0/8 to the machine itself.</summary>
public sealed class AddressRaceTests : IDisposable
{
    static readonly IPAddress Silent = IPAddress.Parse("127.0.0.2"), Closed = IPAddress.Parse("127.0.0.3"), Good = IPAddress.Loopback;

    readonly FullListener silent;
    readonly TcpListener good;
    readonly int port;
    readonly ManualClock clock = new();

    public AddressRaceTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has more than one loopback address from the start");
        good = new TcpListener(Good, 0);
        good.Start();
        port = ((IPEndPoint)good.LocalEndpoint).Port;
        silent = new FullListener(Silent, port);
    }

    public void Dispose()
    {
        silent.Dispose();
        good.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task An_address_where_packets_get_lost_does_not_hide_a_good_one_behind_it()
    {
        var dialling = ConnectAsync(Silent, Good);
        clock.Advance(AddressRace.AttemptDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(good.Pending());

        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Good, await dialling);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_was_tried_in_vain_is_not_dialled_any_more()
    {
        // The list is no snapshot: a socket may stand in it twice, or not, while others come and go.
        var held = Enumerable.Range(0, 10).SelectMany(_ => Dialling()).ToHashSet();
        var dialling = ConnectAsync(Silent, Silent, Good);
        await DelayAsync();
        await DialledAsync(2);
        await DelayAsync();

        await dialling;

        await DialledAsync(0);

        async Task DialledAsync(int count)
        {
            while (Dialling().Except(held).Count() != count)
            {
                Cancel.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        // The local ends of connections that are being made. State 02 is SYN_SENT; addresses stand there as the processor stores them (proc_net_tcp of the kernel's documentation).
        IEnumerable<string> Dialling() => ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists).SelectMany(File.ReadLines)
            .Where(line => line.Contains($"0200007F:{port:X4} 02 ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    [Fact(Timeout = Patience)]
    public async Task An_address_that_refuses_passes_on_at_once() => Assert.Equal(Good, await ConnectAsync(Closed, Closed, Good));

    [Fact(Timeout = Patience)]
    public async Task A_refusal_behind_a_silent_address_passes_on_to_the_next_one()
    {
        var dialling = ConnectAsync(Silent, Closed, Good);

        // The refused one has its delay as well, which its failure does not take from the next.
        await DelayAsync();
        await DelayAsync();

        Assert.Equal(Good, await dialling);
    }

    [Fact(Timeout = Patience)]
    public async Task Where_no_address_answers_the_reason_is_told()
    {
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(Closed, Closed))).SocketErrorCode);
        Assert.Equal(SocketError.AddressFamilyNotSupported, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync())).SocketErrorCode);
    }

    [Fact(Timeout = Patience)]
    public async Task A_dial_that_is_cancelled_ends_although_addresses_are_silent()
    {
        using var enough = new CancellationTokenSource();
        var dialling = AddressRace.ConnectAsync([Silent, Silent], port, clock, enough.Token);
        await DelayAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
    }

    // Lets the delay pass, once somebody waits for it.
    async Task DelayAsync()
    {
        while (!clock.HasTimerWithin(AddressRace.AttemptDelay))
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        clock.Advance(AddressRace.AttemptDelay);
    }

    async Task<IPAddress> ConnectAsync(params IPAddress[] addresses)
    {
        var (socket, server) = await AddressRace.ConnectAsync(addresses, port, clock, Cancel);
        socket.Dispose();
        return server.Address;
    }
}
