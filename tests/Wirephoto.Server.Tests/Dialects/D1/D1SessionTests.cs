using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class D1SessionTests
{
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);
    static readonly byte[] Drawing = TestPng.Make(8, 8, seed: 2);

    [Theory]
    [InlineData(200)]
    [InlineData(65_400)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    [Trait("Requirement", "R1-4.PUT.2")]
    [Trait("Requirement", "R1-4.PUT.4")]
    [Trait("Requirement", "R1-4.GET.2")]
    [Trait("Requirement", "R1-5.4")]
    [Trait("Requirement", "R1-7.1")]
    public async Task What_was_put_comes_back_byte_for_byte(int size)
    {
        var image = TestPng.OfSize(size, seed: 3);
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);

        var put = await peer.AskAsync(D1Message.Put("cat.png", image));
        var got = await peer.AskAsync(D1Message.Get("cat.png"));

        Assert.Equal(("PUT", "cat.png", null, "OK"), (put.Command, put.Filename, put.Details, put.Status));
        Assert.Null(put.Data);
        Assert.Equal(("GET", "cat.png", null, "OK"), (got.Command, got.Filename, got.Details, got.Status));
        Assert.Equal(image, got.Data);
    }

    [Fact]
    [Trait("Requirement", "R1-4.LIST.1")]
    [Trait("Requirement", "R1-4.LIST.2")]
    [Trait("Requirement", "R1-4.LIST.3")]
    public async Task List_joins_the_names_at_the_top_with_line_feeds_and_goes_on_beyond_one_page()
    {
        await using var service = D1Peer.Service(Options(new AnnouncedLimits { List = 2 }));
        await using var peer = D1Peer.Connect(service);
        foreach (var name in new[] { "c.png", "a.png", "B.png", "d.png", "e.png" }) await peer.DoneAsync(D1Message.Put(name, Drawing));
        await using (var ingest = await service.Images.BeginAsync(
            new("x", new(0, 0), ""), "folder/f.png", Drawing.Length, null, null, null, TestContext.Current.CancellationToken))
        {
            await ingest.ReceiveAsync(0, new(new(new MemoryStream(Drawing)), Drawing.Length), TestContext.Current.CancellationToken);
            await ingest.CommitAsync(ingest.PrefixDigest);
        }

        var list = await peer.AskAsync(D1Message.List);

        Assert.Equal(new D1Message("LIST", null, "B.png\na.png\nc.png\nd.png\ne.png", "OK", null), list);
    }

    [Fact]
    public async Task A_list_that_would_fill_the_memory_ends_with_how_many_are_left()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        const int Images = 4300;
        for (var i = 0; i < Images; i++) await peer.DoneAsync(D1Message.Put($"{i:D4}{new string('x', 247)}.png", Drawing));

        var names = (await peer.AskAsync(D1Message.List)).Details!.Split('\n');

        // A name and its line feed take 256 bytes of 1 MiB.
        Assert.Equal(4096, names.Length - 1);
        Assert.Equal("... and 204 more", names[^1]);
    }

    [Fact]
    [Trait("Requirement", "R1-4.LIST.4")]
    public async Task An_empty_store_is_an_error_that_explains_and_exactly_one_reply()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);

        await peer.RefusedAsync("There are no images on the server", D1Message.List);
        peer.Hang();

        Assert.Null(await peer.ReceiveFrameAsync());
        Assert.Equal(ConnectionEnd.ClosedByClient, await service.End);
    }

    [Fact]
    [Trait("Requirement", "R1-4.PUT.3")]
    [Trait("Requirement", "R1-4.PUT.5")]
    [Trait("Requirement", "R1-4.GET.1")]
    [Trait("Requirement", "R1-4.GET.3")]
    [Trait("Requirement", "R1-3.2")]
    [Trait("Requirement", "R1-5.3")]
    [Trait("Requirement", "R1-5.5")]
    [Trait("Requirement", "R1-7.2")]
    public async Task Refusals_have_this_dialects_words_and_the_connection_goes_on()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.DoneAsync(D1Message.Put("cat.jpg", Photo));

        await peer.RefusedAsync("File 'cat.jpg' already exists on server", D1Message.Put("cat.jpg", Photo));
        await peer.RefusedAsync("File 'CAT.jpg' already exists on server", D1Message.Put("CAT.jpg", Photo));
        await peer.RefusedAsync("Cannot find 'nothere.png' on the server", D1Message.Get("nothere.png"));
        await peer.RefusedAsync("'.txt' is not accepted; accepted are jpeg, jpg, png", D1Message.Put("notes.txt", Photo));
        await peer.RefusedAsync("'.txt' is not accepted; accepted are jpeg, jpg, png", D1Message.Get("notes.txt"));
        await peer.RefusedAsync("an empty file is not an image", D1Message.Put("empty.png", []));
        await peer.RefusedAsync("there is no command 'list': it must be GET, PUT or LIST", D1Message.Request("list", null, null));
        await peer.RefusedAsync("there is no command 'DELETE': it must be GET, PUT or LIST", D1Message.Request("DELETE", "cat.jpg", null));
        await peer.RefusedAsync("COMMAND is missing: it must be GET, PUT or LIST", D1Message.Request(null, "cat.jpg", null));
        await peer.RefusedAsync("FILENAME is missing: GET needs the name of an image", D1Message.Request("GET", null, null));
        await peer.RefusedAsync("FILENAME is missing: PUT needs the name of an image", D1Message.Request("PUT", null, Photo));
        await peer.RefusedAsync("FILE_DATA is missing: PUT needs the bytes of an image", D1Message.Request("PUT", "dog.png", null));
        await peer.RefusedAsync("the name has the segment '..'", D1Message.Put("../..", Photo));
        await peer.RefusedAsync("the name is empty", D1Message.Put("folder/", Photo));
        Assert.Equal("ERROR", (await peer.AskAsync(D1Message.Put("photo.png", Photo))).Status);

        Assert.Equal("cat.jpg", (await peer.AskAsync(D1Message.List)).Details);
        await service.Log.ShowsAsync(line => line.Contains("PUT cat.jpg success stored", StringComparison.Ordinal));
        await service.Log.ShowsAsync(line => line.Contains("PUT cat.jpg failure exists: File 'cat.jpg' already exists on server", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("some/where/cat.png")]
    [InlineData("C:\\pictures\\cat.png")]
    [InlineData("../../cat.png")]
    public async Task A_path_is_cut_to_its_last_segment(string path)
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);

        var put = await peer.AskAsync(D1Message.Put(path, Drawing));

        Assert.Equal((path, "OK"), (put.Filename, put.Status));
        Assert.Equal(Drawing, (await peer.AskAsync(D1Message.Get("cat.png"))).Data);
    }

    [Theory]
    [InlineData(null, "OK")]
    [InlineData("REQUEST", "OK")]
    [InlineData("OK", "ERROR")]
    [Trait("Requirement", "R1-3.3")]
    public async Task Requests_have_the_status_REQUEST_or_none(string? status, string expected)
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);

        Assert.Equal(expected, (await peer.AskAsync(new D1Message("PUT", "a.png", null, status, Drawing).Frame())).Status);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order_and_see_what_came_before()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);

        await peer.SendAsync(
            (byte[])[.. D1Message.Put("a.jpg", Photo), .. D1Message.Get("a.jpg"), .. D1Message.Put("a.jpg", Photo), .. D1Message.List, .. D1Message.Get("b.jpg")]);

        Assert.Equal("OK", (await peer.ReceiveAsync())!.Status);
        Assert.Equal(Photo, (await peer.ReceiveAsync())!.Data);
        Assert.Equal("File 'a.jpg' already exists on server", (await peer.ReceiveAsync())!.Details);
        Assert.Equal("a.jpg", (await peer.ReceiveAsync())!.Details);
        Assert.Equal("Cannot find 'b.jpg' on the server", (await peer.ReceiveAsync())!.Details);
    }

    [Fact]
    public async Task An_image_larger_than_the_servers_limit_is_refused_and_the_connection_goes_on()
    {
        await using var service = D1Peer.Service(Options(new AnnouncedLimits { Length = 100 }));
        await using var peer = D1Peer.Connect(service);

        Assert.Equal("ERROR", (await peer.AskAsync(D1Message.Put("a.jpg", Photo))).Status);
        await peer.RefusedAsync("There are no images on the server", D1Message.List);
    }

    [Fact]
    public async Task Data_before_the_name_is_held_while_it_is_small_and_refused_when_it_is_large()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        var large = TestPng.OfSize(70_000, seed: 4);

        await peer.DoneAsync(Backwards(Drawing));
        var refused = await peer.AskAsync(Backwards(large));

        Assert.Equal(("PUT", "a.png", "FILE_DATA of more than 65536 bytes must come after COMMAND and FILENAME", "ERROR"), (refused.Command, refused.Filename, refused.Details, refused.Status));
        Assert.Equal(Drawing, (await peer.AskAsync(D1Message.Get("a.png"))).Data);

        static byte[] Backwards(byte[] image) => D1Message.Frame(D1Message.Dictionary(
            D1Message.Text("FILE_DATA"), D1Message.Bytes(image), D1Message.Text("FILENAME"), D1Message.Text("a.png"), D1Message.Text("COMMAND"), D1Message.Text("PUT")));
    }

    static ServerOptions Options(AnnouncedLimits announced) => new() { Port = 5000, Folder = ".", Announced = announced };
}
