using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

public sealed class TransferTests
{
    const int Sigterm = 15;
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("noise.png", 3_000_000)]
    [InlineData("NOISE.Jpeg", 1_500_000)]
    [InlineData("folder/noise.jpg", 2000)]
    [Trait("Requirement", "R0-1.c")]
    [Trait("Requirement", "R0-2.1.2.3.2")]
    [Trait("Requirement", "R0-2.1.3.4.2.1.a")]
    [Trait("Requirement", "R0-2.1.3.4.2.1.b")]
    [Trait("Requirement", "R0-2.1.3.4.2.2.a")]
    [Trait("Requirement", "R0-2.1.3.4.2.2.b")]
    [Trait("Requirement", "R0-3.7")]
    [Trait("Requirement", "R1-1.4")]
    [Trait("Requirement", "R1-5.4")]
    [Trait("Requirement", "R2-2.2")]
    [Trait("Requirement", "R2-2.3")]
    [Trait("Requirement", "R2-7.1")]
    [Trait("Requirement", "R2-8.3")]
    [Trait("Requirement", "R2-10.4")]
    [Trait("Requirement", "R3-5.D.1")]
    [Trait("Requirement", "R3-5.D.3")]
    [Trait("Requirement", "R3-5.D.4")]
    [Trait("Requirement", "R3-5.U.1")]
    [Trait("Requirement", "R3-5.U.4")]
    [Trait("Requirement", "R4-3.7")]
    [Trait("Requirement", "R4-8.1")]
    [Trait("Requirement", "R4-9.1")]
    [Trait("Requirement", "R4-10.6")]
    [Trait("Requirement", "R2-1.1")]
    public async Task Every_byte_lands_in_the_folder_and_comes_back_as_it_was(string name, int size)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var peer = await server.ConnectAsync();
        var image = name.EndsWith("png", StringComparison.Ordinal) ? TestPng.OfSize(size, seed: 5) : TestJpeg.OfSize(size, seed: 5);
        if (size > 1_000_000) Assert.Equal(256, image.Distinct().Count());

        var (receipt, _) = await peer.DoneAsync(RawPeer.Put(name, image), image);
        var (got, body) = await peer.DoneAsync($$"""{"type":"get","filename":"{{name}}"}""");

        Assert.Equal(image, await File.ReadAllBytesAsync(folder.File(name), Cancel));
        Assert.Equal(image, body);
        Assert.Equal(image.Length, got.Number("size"));
        Assert.Equal(RawPeer.Sha256(image), receipt.Text("sha256"));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.3.3")]
    [Trait("Requirement", "R0-2.1.3.4.1")]
    [Trait("Requirement", "R0-2.1.3.4.2")]
    [Trait("Requirement", "R0-2.1.3.4.3")]
    [Trait("Requirement", "R0-2.1.3.4.4")]
    [Trait("Requirement", "R0-3.5")]
    [Trait("Requirement", "R3-4.3")]
    [Trait("Requirement", "R3-4.4")]
    [Trait("Requirement", "R3-4.5")]
    [Trait("Requirement", "R4-4.3")]
    [Trait("Requirement", "R4-10.8")]
    public async Task Clients_one_after_the_other_are_each_served_and_their_connection_closed()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--max-clients", "2");

        for (var i = 0; i < 100; i++)
        {
            await using var peer = await server.ConnectAsync();
            await peer.DoneAsync(RawPeer.Put($"{i}.jpg", Photo), Photo);
            peer.Hang();
            Assert.Null(await peer.ReceiveAsync());
        }

        server.Signal(Sigterm);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(100, server.Output().Count(line => line.EndsWith("disconnected: ClosedByClient", StringComparison.Ordinal)));
        Assert.Equal(100, Directory.EnumerateFiles(folder.Path, "*.jpg").Count());
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.3.5")]
    [Trait("Requirement", "R0-3.1")]
    [Trait("Requirement", "R0-3.1.1.5")]
    [Trait("Requirement", "R2-7.3")]
    public async Task Clients_that_vanish_or_send_nonsense_leave_nothing_and_disturb_nobody()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var witness = await server.ConnectAsync();
        var large = TestJpeg.OfSize(2_000_000, seed: 8);
        await witness.DoneAsync(RawPeer.Put("a.jpg", large), large);
        var random = new Random(8);

        for (var i = 0; i < 60; i++)
        {
            await using (var vanishes = await server.ConnectAsync()) await vanishes.SendAsync(RawPeer.Frame(RawPeer.Put("half.jpg", large), large)[..random.Next(1, large.Length)]);
            await using (var leaves = await server.ConnectAsync()) await leaves.SendAsync("""{"type":"get","filename":"a.jpg"}""");
            await using var babbles = await server.ConnectAsync();
            var nonsense = new byte[random.Next(1, 3000)];
            random.NextBytes(nonsense);
            if (i % 2 == 0) nonsense[0] = 0;
            await babbles.SendAsync(nonsense);
            await witness.DoneAsync("""{"type":"say","text":"still served"}""");
        }

        await witness.RefusedAsync("not_found", """{"type":"get","filename":"half.jpg"}""");
        Assert.Equal(large, (await witness.DoneAsync("""{"type":"get","filename":"a.jpg"}""")).Body);
        await witness.DisposeAsync();
        server.Signal(Sigterm);
        Assert.Equal(0, await server.ExitAsync());
        Assert.DoesNotContain(server.Output(), line => line.Contains(" fault", StringComparison.Ordinal) || line.Contains("Faulted", StringComparison.Ordinal));
        Assert.Equal(["a.jpg"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
        Assert.Empty(Directory.EnumerateFiles(folder.File(".wirephoto/incoming")));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.1")]
    [Trait("Requirement", "R0-2.1.3.4.2.3.a")]
    [Trait("Requirement", "R0-2.1.3.4.2.3.b")]
    [Trait("Requirement", "R1-2.4")]
    [Trait("Requirement", "R1-4.LIST.2")]
    [Trait("Requirement", "R2-2.1")]
    [Trait("Requirement", "R3-1.2")]
    [Trait("Requirement", "R3-5.L.1")]
    [Trait("Requirement", "R3-5.L.3")]
    [Trait("Requirement", "R4-2.4")]
    [Trait("Requirement", "R4-3.6")]
    [Trait("Requirement", "R4-10.5")]
    [Trait("Requirement", "R2-1.2")]
    public async Task The_folder_is_listed_with_sizes_and_what_lies_in_its_folders_is_not()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("old.jpg"), Photo, Cancel);
        await File.WriteAllBytesAsync(folder.File("notes.txt"), [1], Cancel);
        Directory.CreateDirectory(folder.File("trip/deep"));
        await File.WriteAllBytesAsync(folder.File("trip/deep/b.jpg"), Photo, Cancel);
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var peer = await server.ConnectAsync();
        await peer.DoneAsync(RawPeer.Put("new.jpg", Photo), Photo);

        var (list, body) = await peer.DoneAsync("""{"type":"list"}""");
        var lines = LinesReader.Read(body).ToList();

        Assert.Equal(3, list.Number("count"));
        Assert.Equal(["new.jpg", "old.jpg", "trip"], lines.Select(line => line.OptionalText("filename") ?? line.Text("folder")));
        Assert.Equal(Photo.Length, lines[0].Number("length"));
        Assert.Equal(Photo.Length, lines[1].Number("length"));
    }

    [Fact]
    [Trait("Requirement", "R3-2.2")]
    [Trait("Requirement", "R4-2.1")]
    [Trait("Requirement", "R4-4.1")]
    [Trait("Requirement", "R4-4.2")]
    [Trait("Requirement", "R4-7.1")]
    public async Task A_server_for_this_machine_alone_says_where_it_waits_for_clients()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, "--bind", "127.0.0.1");
        await using var peer = await server.ConnectAsync();

        await peer.DoneAsync("""{"type":"say","text":"here"}""");

        Assert.Contains(server.Output(), line => line.Contains($" 127.0.0.1:{server.Port} server up and running", StringComparison.Ordinal));
    }
}
