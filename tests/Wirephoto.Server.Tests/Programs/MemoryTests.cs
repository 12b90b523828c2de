using System.Globalization;
using System.Security.Cryptography;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

public sealed class MemoryTests
{
    const long MiB = 1 << 20;
    const int Uploads = 16;
    const int Piece = 4 << 20;

    // The whole size in ./test --long; by default enough of it to show a server that holds images in memory.
    static readonly long Length = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is null ? 32 * MiB : 256 * MiB;

    [Fact]
    public async Task Sixteen_large_uploads_at_once_leave_the_server_under_150_MiB()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var done = new CancellationTokenSource();

        var peak = Task.Run(() => Peak(server, done.Token), TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Uploads).Select(i => UploadAsync(server, i)));
        await done.CancelAsync();

        var resident = await peak;
        TestContext.Current.TestOutputHelper!.WriteLine($"{Uploads} uploads of {Length / MiB} MiB: peak resident size {resident / MiB} MiB");
        Assert.InRange(resident, 1, 150 * MiB);
    }

    static long Peak(ServerProcess server, CancellationToken done)
    {
        var peak = 0L;
        while (!done.WaitHandle.WaitOne(20)) peak = Math.Max(peak, server.ResidentBytes);
        return peak;
    }

    static async Task UploadAsync(ServerProcess server, int number)
    {
        var token = number.ToString("x32", CultureInfo.InvariantCulture);
        await using var peer = await server.ConnectAsync();
        await using var image = TestPng.Stream(Length, seed: number);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await peer.DoneAsync($$"""{"type":"begin","filename":"{{number}}.png","length":{{Length}},"upload":"{{token}}"}""");
        var piece = new byte[Piece];
        for (var offset = 0L; offset < Length; offset += Piece)
        {
            await image.ReadExactlyAsync(piece, TestContext.Current.CancellationToken);
            hash.AppendData(piece);
            await peer.DoneAsync($$"""{"type":"append","upload":"{{token}}","offset":{{offset}},"size":{{Piece}}}""", piece);
        }

        await peer.DoneAsync($$"""{"type":"commit","upload":"{{token}}","sha256":"{{Convert.ToHexStringLower(hash.GetHashAndReset())}}"}""");
    }
}
