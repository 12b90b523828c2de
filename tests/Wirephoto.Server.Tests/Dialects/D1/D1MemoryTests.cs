using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class D1MemoryTests
{
    const long MiB = 1 << 20;

    // The whole size in ./test --long; by default enough of it to show a server that holds images in memory.
    static readonly long Length = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is null ? 128 * MiB : 900 * MiB;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_put_and_get_leave_the_server_under_150_MiB()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-size", "1GiB");
        using var done = new CancellationTokenSource();
        var peak = Task.Run(() => Peak(server, done.Token), Cancel);

        await using var client = await ConnectAsync(server);
        await PutAsync(client, "large.png", Length);
        Assert.Equal("OK", D1Message.Parse(await ReceiveAsync(client)).Status);
        await client.WriteAsync(D1Message.Get("large.png"), Cancel);
        await ExpectImageAsync(client);
        await done.CancelAsync();

        var resident = await peak;
        TestContext.Current.TestOutputHelper!.WriteLine($"put and get of {Length / MiB} MiB: peak resident size {resident / MiB} MiB");
        Assert.InRange(resident, 1, 150 * MiB);
    }

    [Fact]
    public async Task Sixteen_large_puts_at_once_leave_the_server_under_150_MiB()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-size", "1GiB");
        using var done = new CancellationTokenSource();
        var peak = Task.Run(() => Peak(server, done.Token), Cancel);

        await Task.WhenAll(Enumerable.Range(10, 16).Select(async i =>
        {
            await using var client = await ConnectAsync(server);
            await PutAsync(client, $"shot{i}.png", Length / 2);
            Assert.Equal("OK", D1Message.Parse(await ReceiveAsync(client)).Status);
        }));
        await done.CancelAsync();

        var resident = await peak;
        TestContext.Current.TestOutputHelper!.WriteLine($"16 puts of {Length / 2 / MiB} MiB: peak resident size {resident / MiB} MiB");
        Assert.InRange(resident, 1, 150 * MiB);
    }

    static long Peak(ServerProcess server, CancellationToken done)
    {
        var peak = 0L;
        while (!done.WaitHandle.WaitOne(20)) peak = Math.Max(peak, server.ResidentBytes);
        return peak;
    }

    static async Task<NetworkStream> ConnectAsync(ServerProcess server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // As Python does with large data: the dictionary up to them in a FRAME, the data outside.
    static async Task PutAsync(NetworkStream client, string name, long size)
    {
        byte[] members =
        [
            0x7d, 0x94, 0x28, .. D1Message.Text("COMMAND"), .. D1Message.Text("PUT"), .. D1Message.Text("FILENAME"), .. D1Message.Text(name),
            .. D1Message.Text("DETAILS"), 0x4e, .. D1Message.Text("STATUS"), 0x4e, .. D1Message.Text("FILE_DATA"),
        ];
        byte[] before = [0x80, 4, 0x95, (byte)members.Length, 0, 0, 0, 0, 0, 0, 0, .. members, 0x42, .. BitConverter.GetBytes((uint)size)];
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)(before.Length + size + 3));
        await client.WriteAsync((byte[])[.. length, .. before], Cancel);
        await using var image = TestPng.Stream(size, seed: 5);
        await image.CopyToAsync(client, 1 << 20, Cancel);
        await client.WriteAsync(new byte[] { 0x94, 0x75, 0x2e }, Cancel);
    }

    static async Task<byte[]> ReceiveAsync(NetworkStream client)
    {
        var length = new byte[4];
        await client.ReadExactlyAsync(length, Cancel);
        var pickle = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
        await client.ReadExactlyAsync(pickle, Cancel);
        return pickle;
    }

    static async Task ExpectImageAsync(NetworkStream client)
    {
        var length = new byte[4];
        await client.ReadExactlyAsync(length, Cancel);
        var before = new byte[BinaryPrimitives.ReadUInt32BigEndian(length) - Length - 3];
        await client.ReadExactlyAsync(before, Cancel);
        await using var image = TestPng.Stream(Length, seed: 5);
        var (expected, got) = (new byte[1 << 20], new byte[1 << 20]);
        for (var left = Length; left > 0; left -= got.Length)
        {
            await image.ReadExactlyAsync(expected, Cancel);
            await client.ReadExactlyAsync(got, Cancel);
            Assert.True(expected.AsSpan().SequenceEqual(got), $"the bytes differ {left} before the end");
        }

        await client.ReadExactlyAsync(length.AsMemory(0, 3), Cancel);
        Assert.Equal([0x94, 0x75, 0x2e], length[..3]);
    }
}
