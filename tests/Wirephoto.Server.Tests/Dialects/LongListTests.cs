using System.Text;
using Wirephoto.Server.Net;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class LongListTests
{
    const int Piece = 128 * 1024;

    [Theory]
    [InlineData("LIST\n")]
    [InlineData("list ")]
    public async Task A_client_that_takes_a_long_list_slowly_but_steadily_gets_all_of_it(string request)
    {
        await using var service = DialectService.Create();
        var names = Enumerable.Range(0, 5000).Select(i => $"{i:D6}{new string('n', 240)}.png").ToArray();
        await service.StoreAsync(TestPng.Make(4, 4, seed: 1), names);
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync(Encoding.ASCII.GetBytes(request));

        // 6.4 KiB each second: more than the rate that is asked for, but in all longer than one pause may be.
        var least = names.Sum(name => name.Length + 1) - 1;
        var list = new MemoryStream();
        while (list.Length + Piece < least)
        {
            list.Write(await client.TakeAsync(Piece));
            service.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        list.Write(await client.RestAsync());
        Assert.EndsWith(string.Join('\n', names), Encoding.UTF8.GetString(list.ToArray()).TrimEnd('\n'), StringComparison.Ordinal);
        Assert.Equal(ConnectionEnd.Answered, await service.End);
    }
}
