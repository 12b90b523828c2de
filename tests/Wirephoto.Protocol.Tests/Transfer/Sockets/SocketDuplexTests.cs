using System.Net.Sockets;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Protocol.Tests.Transfer.Sockets;

public sealed class SocketDuplexTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(path);

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.2")]
    public async Task A_part_of_a_file_larger_than_one_slice_arrives_whole()
    {
        var bytes = new byte[(8 << 20) + 300_000];
        new Random(6).NextBytes(bytes);
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using (near)
        {
            using var received = new MemoryStream();
            var receiving = far.CopyToAsync(received, Cancel);
            await near.WriteFileAsync("before"u8.ToArray(), file, 1000, bytes.Length - 1000, moved: null, Cancel);
            await near.WriteFileAsync(default, file, 5, 3, moved: null, Cancel);
            near.ShutdownWrite();
            await receiving;
            Assert.Equal([.. "before"u8, .. bytes.AsSpan(1000), .. bytes.AsSpan(5, 3)], received.ToArray());
        }

        Assert.False(file.IsClosed);
        Assert.Equal(bytes.Length, RandomAccess.GetLength(file));
        await far.DisposeAsync();
    }

    [Fact]
    public async Task What_goes_before_a_file_arrives_before_it_however_little_the_socket_takes_at_once()
    {
        var (head, bytes) = (new byte[8 << 20], new byte[1 << 20]);
        new Random(7).NextBytes(head);
        new Random(8).NextBytes(bytes);
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using var closeFar = far;
        await using (near)
        {
            near.HoldFew(4096);
            var sending = near.WriteFileAsync(head, file, 0, bytes.Length, moved: null, Cancel).AsTask();
            Assert.False(sending.IsCompleted);
            var received = new byte[head.Length + bytes.Length];
            await far.ReadExactlyAsync(received, Cancel);
            await sending;
            Assert.Equal([.. head, .. bytes], received);
        }
    }

    [Fact]
    public async Task What_goes_before_no_bytes_of_a_file_leaves_at_once_and_also_before_a_file_that_is_too_short()
    {
        await File.WriteAllBytesAsync(path, new byte[10], Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;
        await using var closeFar = far;
        var received = new byte[4];
        await near.WriteFileAsync("head"u8.ToArray(), file, 0, 0, moved: null, Cancel);
        await far.ReadExactlyAsync(received, Cancel);
        await Assert.ThrowsAsync<EndOfStreamException>(() => near.WriteFileAsync("next"u8.ToArray(), file, 5, 6, moved: null, Cancel).AsTask());
        await far.ReadExactlyAsync(received, Cancel);
        Assert.Equal("next"u8.ToArray(), received);
    }

    [Fact]
    public async Task A_connection_that_was_given_up_can_be_asked_and_shut_down_without_a_fault()
    {
        var (near, far) = await ConnectAsync();
        await using var closeFar = far;
        near.Abort();
        near.ShutdownWrite();
        Assert.False(near.IsReadable);
        await near.DisposeAsync();
        near.ShutdownWrite();
    }

    [Fact]
    public async Task A_file_that_was_deleted_meanwhile_is_still_sent()
    {
        await File.WriteAllBytesAsync(path, [.. "an image"u8], Cancel);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;
        await using var closeFar = far;
        await near.WriteFileAsync(default, file, 3, 5, moved: null, Cancel);
        var received = new byte[5];
        await far.ReadExactlyAsync(received, Cancel);
        Assert.Equal("image"u8.ToArray(), received);
    }

    [Fact]
    public async Task After_a_reset_nothing_is_waited_for_any_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells what is unconfirmed");
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;

        // More than the far machine takes while nobody reads there: some of it can never be confirmed.
        _ = near.WriteAsync(new byte[64 << 20], Cancel).AsTask();
        Assert.True(SpinWait.SpinUntil(() => near.Unconfirmed > 0, TimeSpan.FromSeconds(20)));
        await far.DisposeAsync();

        Assert.True(SpinWait.SpinUntil(() => near.Unconfirmed is null or 0, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_file_that_is_too_short_is_an_end_of_stream()
    {
        await File.WriteAllBytesAsync(path, new byte[10], Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;
        await using var closeFar = far;
        await Assert.ThrowsAsync<EndOfStreamException>(() => near.WriteFileAsync(default, file, 5, 6, moved: null, Cancel).AsTask());
    }

    [Fact]
    public async Task A_peer_that_is_gone_is_a_lost_connection()
    {
        await File.WriteAllBytesAsync(path, new byte[32 << 20], Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;
        far.Socket.Close(0);
        await Assert.ThrowsAsync<IOException>(() => near.WriteFileAsync(default, file, 0, 32 << 20, moved: null, Cancel).AsTask());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_given_up_when_the_deadline_says_so()
    {
        await File.WriteAllBytesAsync(path, new byte[64 << 20], Cancel);
        using var file = File.OpenHandle(path);
        var (near, far) = await ConnectAsync();
        await using var closeNear = near;
        await using var closeFar = far;
        using var deadline = new CancellationTokenSource();
        var sending = near.WriteFileAsync(default, file, 0, 64 << 20, moved: null, deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    static async Task<(SocketDuplex Near, NetworkStream Far)> ConnectAsync()
    {
        var (near, far) = await SocketPair.ConnectAsync();
        return (new SocketDuplex(near), new NetworkStream(far, ownsSocket: true));
    }
}
