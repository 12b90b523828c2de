using System.Text;
using Wirephoto.Protocol.Framing;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class FormatChoiceTests
{
    static readonly byte[] Photo = TestPng.Make(8, 8, seed: 1);

    public static TheoryData<string> Requests => ["LIST\n", "LIST\r\n", "GET|a.png\n", "list ", "get a.png ", "native"];

    [Theory]
    [MemberData(nameof(Requests))]
    [Trait("Requirement", "R2-4.2")]
    [Trait("Requirement", "R3-4.3")]
    public async Task A_request_is_answered_the_same_wherever_it_is_split(string text)
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "a.png");
        var request = text == "native" ? RawPeer.Frame("""{"type":"say","text":"x"}""") : Encoding.ASCII.GetBytes(text);
        var whole = await AskAsync(service, request);
        Assert.NotEmpty(whole);

        for (var cut = 1; cut < request.Length; cut++) Assert.Equal(whole, await AskAsync(service, request[..cut], request[cut..]));
        Assert.Equal(whole, await AskAsync(service, [.. request.Select(b => new[] { b })]));
    }

    [Fact]
    public async Task A_connection_that_closes_without_a_byte_is_normal()
    {
        await using var service = DialectService.Create();
        await using var peer = service.Connect();
        peer.Hang();

        Assert.Equal(ConnectionEnd.ClosedByClient, await service.End);
        Assert.DoesNotContain(service.Log.All, line => line.Contains("failure", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "wirephoto: this is a Wirephoto server; what you sent is none of the protocols that it speaks\n")]
    [InlineData("LIST of it\n", "none of the protocols")]
    public async Task What_is_not_spoken_gets_one_readable_line_and_a_close(string sent, string told)
    {
        await using var service = DialectService.Create();

        var line = Encoding.UTF8.GetString(await service.AnswerAsync(Encoding.Latin1.GetBytes(sent)));

        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(ConnectionEnd.ProtocolError, await service.End);
    }

    [Theory]
    [InlineData("LIST\n", "D2")]
    [InlineData("list ", "D3")]
    public async Task A_dialect_that_is_switched_off_is_not_spoken(string request, string dialect)
    {
        await using var service = DialectService.Create(new ServerOptions { Port = 5000, Folder = ".", Dialects = new HashSet<WireFormat>() });

        Assert.Contains($"{dialect} is switched off", Encoding.UTF8.GetString(await service.AnswerAsync(Encoding.ASCII.GetBytes(request))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("\0\0\0")]
    public async Task First_bytes_that_do_not_come_run_out_of_time(string begun)
    {
        await using var service = DialectService.Create();
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync(Encoding.ASCII.GetBytes(begun));

        await service.Clock.PassAsync(service.Options.Limits.FirstByte, until: service.End);

        Assert.Equal("timeout", (await FrameReader.ReadHeadAsync(client, null, TestContext.Current.CancellationToken))!.Value.Text("error"));
        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
    }

    static async Task<byte[]> AskAsync(TestService service, params byte[][] pieces)
    {
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        foreach (var piece in pieces)
        {
            await peer.SendAsync(piece);

            // So that the server has taken this piece before the next one comes.
            await Task.Yield();
        }

        peer.Hang();
        return await client.RestAsync();
    }
}
