using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Protocol.Tests.Transfer.Sockets;

/// <summary>Whoever waits for a socket is told when it can go on, and when it never will.</summary>
public sealed class SocketStreamTests : IAsyncLifetime
{
    const int MoreThanFits = 64 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    Socket near = null!;
    Socket far = null!;
    SocketStream stream = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (near, far) = await SocketPair.ConnectAsync();
        stream = new SocketStream(near);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        far.Dispose();
    }

    [Fact]
    public async Task Each_wait_for_bytes_is_told_of_those_that_come_and_of_those_that_are_there()
    {
        var buffer = new byte[10];
        for (var i = 1; i <= 3; i++)
        {
            var wait = stream.ReadAsync(Memory<byte>.Empty, Cancel).AsTask();
            Assert.False(wait.IsCompleted);
            await far.SendAsync(new byte[i], Cancel);
            Assert.Equal(0, await wait.WaitAsync(Patience, Cancel));
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel).AsTask().WaitAsync(Patience, Cancel));
            Assert.Equal(i, await stream.ReadAsync(buffer, Cancel));
        }
    }

    [Fact]
    public async Task A_second_write_at_once_is_refused_and_the_first_one_still_ends_with_the_stream()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere .NET queues the second one");
        var first = stream.WriteAsync(new byte[MoreThanFits], Cancel).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.WriteAsync(new byte[MoreThanFits], Cancel).AsTask());
        Assert.False(first.IsCompleted);

        await stream.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => first.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task A_read_waits_for_bytes_and_ends_with_the_stream()
    {
        var read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        Assert.False(read.IsCompleted);
        await far.SendAsync(new byte[3], Cancel);
        Assert.Equal(3, await read.WaitAsync(Patience, Cancel));

        var last = stream.ReadAsync(new byte[10], Cancel).AsTask();
        Assert.False(last.IsCompleted);
        far.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await last.WaitAsync(Patience, Cancel));
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel).AsTask().WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task A_reader_and_a_writer_wait_at_the_same_time_and_each_is_told_of_its_own()
    {
        var sent = new byte[MoreThanFits];
        new Random(9).NextBytes(sent);
        var write = stream.WriteAsync(sent, Cancel).AsTask();
        var read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        await far.SendAsync(new byte[1], Cancel);
        Assert.Equal(1, await read.WaitAsync(Patience, Cancel));
        Assert.False(write.IsCompleted);

        // Both wait again; now only the writer can go on.
        read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        var received = new byte[MoreThanFits];
        await new NetworkStream(far).ReadExactlyAsync(received, Cancel);
        await write.WaitAsync(Patience, Cancel);
        Assert.Equal(sent, received);
        Assert.False(read.IsCompleted);
        await far.SendAsync(new byte[2], Cancel);
        Assert.Equal(2, await read.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_takes_nothing_from_the_next_one()
    {
        for (var i = 0; i < 3; i++)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var wait = stream.ReadAsync(new byte[10], enough.Token).AsTask();
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience, Cancel));
        }

        var read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        await far.SendAsync(new byte[1], Cancel);
        Assert.Equal(1, await read.WaitAsync(Patience, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_waits_end_when_the_connection_is_given_up_and_none_begins(bool disposed)
    {
        var write = stream.WriteAsync(new byte[MoreThanFits], Cancel).AsTask();
        var read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        Assert.False(read.IsCompleted || write.IsCompleted);
        if (disposed) await stream.DisposeAsync();
        else new SocketDuplex(stream).Abort();

        await EndAsync(read);
        await EndAsync(write);
        await EndAsync(Task.Run(async () => await stream.ReadAsync(new byte[10], Cancel), Cancel));
    }

    [Fact]
    public async Task Both_waits_end_when_the_peer_resets_the_connection()
    {
        var write = stream.WriteAsync(new byte[MoreThanFits], Cancel).AsTask();
        var read = stream.ReadAsync(new byte[10], Cancel).AsTask();
        far.Close(0);

        // Whoever is first is told why; the other may find the end of the stream.
        await EndAsync(write);
        if (await Record.ExceptionAsync(() => read.WaitAsync(Patience, Cancel)) is null) Assert.Equal(0, await read);
        else await EndAsync(read);
    }

    [Fact]
    public async Task A_reader_who_has_a_lot_to_do_does_not_hold_up_the_writer()
    {
        using var done = new ManualResetEventSlim();
        var write = stream.WriteAsync(new byte[MoreThanFits], Cancel).AsTask();
        var read = stream.ReadAsync(new byte[10], Cancel).AsTask()
            .ContinueWith(_ => done.Wait(Cancel), Cancel, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        // Tells both at once.
        far.Close(0);
        await EndAsync(write);
        done.Set();
        await read;
    }

    // Descriptors are used again at once: closing one takes nothing from the next socket that has its number.
    [Fact]
    public Task A_socket_that_was_closed_takes_no_wake_from_the_next_one() => Parallel.ForAsync(0, 8, Cancel, async (_, cancel) =>
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < 100; i++)
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndpoint, cancel);
            await using var peer = new SocketStream(client);
            await using var server = new SocketStream(await listener.AcceptSocketAsync(cancel));
            var read = server.ReadAsync(new byte[10], cancel).AsTask();

            // Every other one is left in the middle of its wait.
            if (i % 2 == 0)
            {
                await server.DisposeAsync();
                await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(Patience, cancel));
            }
            else
            {
                await peer.WriteAsync(new byte[1 + i % 5], cancel);
                Assert.Equal(1 + i % 5, await read.WaitAsync(Patience, cancel));
            }
        }
    });

    static async Task EndAsync(Task waiting)
    {
        var end = await Record.ExceptionAsync(() => waiting.WaitAsync(Patience, Cancel));
        Assert.True(end is IOException { InnerException: SocketException } or ObjectDisposedException, end?.ToString());
    }
}
