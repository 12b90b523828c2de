using System.Net.Sockets;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Protocol.Tests.Transfer.Sockets;

/// <summary>A socket that is read for very much is told of less, and nobody waits longer for that than a moment.</summary>
public sealed class LowWaterMarkTests : IAsyncLifetime
{
    const int Much = 1 << 30;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    Socket near = null!;
    Socket far = null!;
    SocketDuplex duplex = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    int Mark => (int)near.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater)!;

    public async ValueTask InitializeAsync()
    {
        (near, far) = await SocketPair.ConnectAsync();
        duplex = new SocketDuplex(near);
    }

    public async ValueTask DisposeAsync()
    {
        await duplex.DisposeAsync();
        far.Dispose();
    }

    [Fact]
    public async Task A_single_byte_is_told_within_a_moment_although_very_much_is_to_come()
    {
        // Twice: also after a wait that was cut short.
        for (var i = 0; i < 2; i++)
        {
            var wait = duplex.WaitToReadAsync(Much, Cancel).AsTask();
            Assert.False(wait.IsCompleted);
            await far.SendAsync(new byte[1], Cancel);
            await wait.WaitAsync(Patience, Cancel);
            Assert.Equal(1, await duplex.ReadAsync(new byte[10], Cancel));
        }
    }

    [Fact]
    public async Task After_a_wait_that_ended_with_nothing_there_each_byte_counts_for_the_read()
    {
        // As it was before another stream took it over.
        near.Blocking = true;
        await using var early = new SocketDuplex(new EarlyStream(near));
        await early.WaitToReadAsync(Much, Cancel);
        if (OperatingSystem.IsLinux()) Assert.Equal(1, Mark);
        var read = early.ReadAsync(new byte[10], Cancel).AsTask();
        await far.SendAsync(new byte[1], Cancel);
        Assert.Equal(1, await read.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task The_end_of_the_stream_is_told_at_once()
    {
        var wait = duplex.WaitToReadAsync(Much, Cancel).AsTask();
        far.Shutdown(SocketShutdown.Send);
        await wait.WaitAsync(Patience, Cancel);
        Assert.Equal(0, await duplex.ReadAsync(new byte[10], Cancel));
    }

    [Fact]
    public void It_is_lowered_when_a_wait_lasts_longer_than_a_moment_and_stays_while_the_reader_works()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems are not asked for it");
        var clock = new ManualClock();
        using var mark = new LowWaterMark(near, clock);
        mark.BeginWait();
        Assert.InRange(Mark, 2, int.MaxValue);
        clock.Advance(LowWaterMark.Moment);
        Assert.Equal(1, Mark);

        mark.BeginWait();
        mark.EndWait();
        clock.Advance(LowWaterMark.Moment);
        Assert.InRange(Mark, 2, int.MaxValue);
        mark.Lower();
        Assert.Equal(1, Mark);
    }

    [Fact]
    public async Task Where_little_is_to_come_each_byte_counts_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems are not asked for it");
        var wait = duplex.WaitToReadAsync(Much, Cancel).AsTask();
        await far.SendAsync(new byte[1 << 20], Cancel);
        await wait.WaitAsync(Patience, Cancel);

        await duplex.WaitToReadAsync(100, Cancel);
        Assert.Equal(1, Mark);
    }

    [Fact]
    public async Task Behind_a_large_body_each_byte_of_a_head_counts()
    {
        const int Size = LowWaterMark.Least + (1 << 20);
        var body = new BodyReader(duplex, Size);
        var receiving = BodyReceiver.ReceiveAsync(body, _ => Task.CompletedTask, _ => { }, PieceRoom.OfMany, Cancel);
        await far.SendAsync(new byte[Size], Cancel);
        await receiving.WaitAsync(Patience, Cancel);

        var head = FrameReader.ReadHeadAsync(duplex, null, Cancel).AsTask();
        Assert.False(head.IsCompleted);
        await far.SendAsync((byte[])[0, 2, .. "{}"u8], Cancel);
        Assert.NotNull(await head.WaitAsync(Patience, Cancel));
        if (OperatingSystem.IsLinux()) Assert.Equal(1, Mark);
    }

    sealed class EarlyStream(Socket socket) : SocketStream(socket)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? ValueTask.FromResult(0) : base.ReadAsync(buffer, cancellationToken);
    }
}
