using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Tls;

/// <summary>Many clients that are connected inside TLS and say nothing.</summary>
public sealed class IdleTlsTests
{
    static readonly bool IsLong = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is not null;
    static readonly int Connections = IsLong ? 4000 : 400;

    static readonly byte[] Photo = TestJpeg.OfSize(300_000, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idle_connection_inside_TLS_holds_no_large_buffer()
    {
        using var folder = new TemporaryFolder();
        using var certificate = TestCertificate.Make();
        await File.WriteAllTextAsync(folder.File("server.pem"), certificate.Pem + certificate.KeyPem, Cancel);
        Directory.CreateDirectory(folder.File("images"));
        await using var server = await ServerProcess.StartAsync(folder.File("images"), "--max-clients", $"{Connections + 100}", "--certificate", folder.File("server.pem"));

        await using var honest = await server.ConnectAsync();
        await honest.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);

        // One after the other first: what all of them share is there and paid for.
        var clients = new List<SslStream>();
        try
        {
            for (var i = 0; i < 100; i++) await using (await UseAsync(server, certificate)) { }
            await server.SettleAsync();
            var before = server.ResidentBytes;
            for (var i = 0; i < Connections; i++) clients.Add(await UseAsync(server, certificate));
            await server.SettleAsync();
            var each = (server.ResidentBytes - before) / Connections;
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{Connections} idle connections inside TLS: {before >> 20} MiB before, {server.ResidentBytes >> 20} MiB with them, {each} bytes each");

            // OpenSSL keeps what its largest record took. One buffer of a transfer would be 256 KiB more.
            Assert.InRange(each, 0, 256 * 1024);
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    // Each has sent an image, which is there already, and got it back, so that every buffer of a transfer was in use.
    static async Task<SslStream> UseAsync(ServerProcess server, TestCertificate certificate)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHash().SequenceEqual(certificate.Certificate.GetCertHash()),
            },
            Cancel);
        await AskAsync(tls, RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo), "error");
        await AskAsync(tls, RawPeer.Frame("""{"type":"get","filename":"a.jpg"}"""), "ok");
        return tls;
    }

    static async Task AskAsync(SslStream stream, byte[] request, string status)
    {
        await stream.WriteAsync(request, Cancel);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, Cancel);
        var head = new byte[(length[0] << 8) | length[1]];
        await stream.ReadExactlyAsync(head, Cancel);
        var json = System.Text.Json.JsonDocument.Parse(head).RootElement;
        Assert.Equal(status, json.GetProperty("status").GetString());
        if (json.TryGetProperty("size", out var size)) await stream.ReadExactlyAsync(new byte[size.GetInt32()], Cancel);
    }
}
