using System.Net.Sockets;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;
using Wirephoto.Server.Hosting;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage.Memory;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Clients;

public sealed class FaultTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);

    [Fact]
    [Trait("Requirement", "R0-2.1.4.1.4")]
    [Trait("Requirement", "R0-3.1")]
    [Trait("Requirement", "R3-6.7")]
    [Trait("Requirement", "R4-3.9")]
    public async Task A_fault_of_the_server_is_told_and_logged_after_all_replies_before_it_and_ends_no_other_connection()
    {
        var lines = new LogLines();
        await using var store = new FaultyStore(new MemoryStore(TimeProvider.System));
        var options = new ServerOptions { Port = 0, Folder = ".", Bind = System.Net.IPAddress.Loopback };
        await using var host = new ServerHost(Listener.Open(options.Bind, options.Port, options.Limits.Backlog), null, store, options, TimeProvider.System, new ServerLog(lines));
        using var drain = new CancellationTokenSource();
        var running = host.RunAsync(drain.Token, CancellationToken.None);

        await using (var witness = await ConnectAsync(host))
        {
            await witness.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);
            string[] requests = ["""{"type":"get","filename":"bug.jpg"}""", """{"type":"stat","filename":"bug.jpg"}""", """{"type":"delete","filename":"bug.jpg"}""", """{"type":"list","after":"bug"}"""];
            var frames = requests.Select(request => RawPeer.Frame(request)).Append(RawPeer.Frame(RawPeer.Put("bug.jpg", Photo), Photo)).ToList();
            for (var i = 0; i < frames.Count; i++)
            {
                await using var unlucky = await ConnectAsync(host);
                await unlucky.SendAsync([.. RawPeer.Frame(RawPeer.Put($"{i}.jpg", Photo), Photo), .. frames[i]]);

                Assert.Equal("ok", await StatusAsync(unlucky));
                Assert.Equal("internal", await StatusAsync(unlucky));
                Assert.Null(await unlucky.ReceiveAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
                Assert.Equal(Photo, (await witness.DoneAsync("""{"type":"get","filename":"a.jpg"}""")).Body);
            }
        }

        await Eventually.TrueAsync(() => lines.All.Count(line => line.Contains(" fault: System.InvalidOperationException: the store has a bug", StringComparison.Ordinal)) == 5);
        await drain.CancelAsync();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    static async Task<RawPeer> ConnectAsync(ServerHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address);
        return new RawPeer(new SocketDuplex(socket));
    }

    static async Task<string> StatusAsync(RawPeer peer)
    {
        var (head, _) = (await peer.ReceiveAsync().WaitAsync(Patience, TestContext.Current.CancellationToken))!.Value;
        return head.OptionalText("error") ?? head.Text("status");
    }
}
