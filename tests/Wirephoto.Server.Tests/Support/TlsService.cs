using System.Security.Cryptography.X509Certificates;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Tls;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Tests.Support;

/// <summary>A service with a certificate of its own, and clients that know it.</summary>
sealed class TlsService : IAsyncDisposable
{
    readonly TemporaryFolder files = new();
    readonly TestCertificate certificate = TestCertificate.Make();

    public TlsService(TlsRule rule = TlsRule.Offered)
    {
        var path = Path.Combine(files.Path, "server.pem");
        File.WriteAllText(path, certificate.Pem + certificate.KeyPem);
        Service = DialectService.Create(new ServerOptions { Port = 5000, Folder = ".", Tls = rule, Certificate = ServerCertificate.Read(path, null) });
    }

    public TestService Service { get; }

    /// <summary>Shakes hands over a connection and speaks inside.</summary>
    public async Task<TlsDuplex> ConnectAsync(Duplex client)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        return await TlsDuplex.ConnectAsync(
            client, "localhost", policy, (_, shown, _, _) => shown!.GetCertHash().SequenceEqual(certificate.Certificate.GetCertHash()), TestContext.Current.CancellationToken);
    }

    /// <summary>A new client inside TLS, and the two ends of what is below.</summary>
    public async Task<(TlsDuplex Tls, Duplex Server, Duplex Client)> ConnectAsync()
    {
        var (server, client) = MemoryDuplex.Create();
        Service.Connect((server, client));
        return (await ConnectAsync(client), server, client);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Service.Options.Certificate!.Dispose();
        certificate.Dispose();
        files.Dispose();
    }
}
