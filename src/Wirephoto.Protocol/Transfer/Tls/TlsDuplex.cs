using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Wirephoto.Protocol.Transfer.Tls;

/// <summary>
/// A connection inside TLS 1.2 or 1.3 on another one. An end without close_notify reads as an end of the stream: every message says how long it is, so that
/// a stream that was cut shows, the same as on a plain connection. It leaves the other connection open.
/// </summary>
public sealed class TlsDuplex : Duplex
{
    const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    // A server has many connections at once, a client few.
    const int ServerInput = 1 << 20, ClientInput = 4 << 20;

    readonly Duplex plain;
    readonly TlsWire wire;
    readonly TlsStream tls;

    TlsDuplex(Duplex plain, TlsWire wire, TlsStream tls)
        : base(tls) => (this.plain, this.wire, this.tls) = (plain, wire, tls);

    /// <summary>Waits for the client's hello and answers it. What was read of the connection but not taken is read again.</summary>
    /// <exception cref="AuthenticationException">There is no version or cipher that both know, or what came is no TLS.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static Task<TlsDuplex> AcceptAsync(Duplex plain, SslStreamCertificateContext certificate, CancellationToken cancel) => OpenAsync(
        plain,
        ServerInput,
        tls => tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate,
                EnabledSslProtocols = Versions,
                AllowRenegotiation = false,
            },
            cancel),
        cancel);

    /// <summary>Says hello to a server.</summary>
    /// <param name="plain">The connection.</param>
    /// <param name="host">The name that its certificate is to be for.</param>
    /// <param name="chain">How the chain of its certificate is looked for.</param>
    /// <param name="trust">Whether the certificate is good enough.</param>
    /// <param name="cancel">Ends the wait; the connection can't be used afterwards.</param>
    /// <exception cref="AuthenticationException">The certificate is not good enough, there is no version or cipher that both know, or what came is no TLS.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static Task<TlsDuplex> ConnectAsync(
        Duplex plain, string host, X509ChainPolicy chain, RemoteCertificateValidationCallback trust, CancellationToken cancel) => OpenAsync(
        plain,
        ClientInput,
        tls => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = chain,
                RemoteCertificateValidationCallback = trust,
                EnabledSslProtocols = Versions,
                AllowRenegotiation = false,
            },
            cancel),
        cancel);

    /// <inheritdoc/>
    public override bool IsReadable => base.IsReadable || wire.HasRecord;

    /// <inheritdoc/>
    public override ValueTask WaitToReadAsync(long coming, CancellationToken cancel)
    {
        wire.Coming = coming;
        return WaitToReadAsync(cancel);
    }

    /// <summary>Says with a close_notify that nothing more will be written, then shuts the direction of the connection below; without waiting for either.</summary>
    public override void ShutdownWrite() => _ = FinishAsync();

    /// <inheritdoc/>
    public override void Abort() => plain.Abort();

    static async Task<TlsDuplex> OpenAsync(Duplex plain, int input, Func<SslStream, Task> handshake, CancellationToken cancel)
    {
        var wire = new TlsWire(plain, input);
        var tls = new TlsStream(wire);
        try
        {
            try
            {
                await handshake(tls);
            }
            finally
            {
                // Also the alert that says why there is no agreement.
                await wire.SendAsync(cancel);
            }

            wire.Open = true;
            return new TlsDuplex(plain, wire, tls);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    async Task FinishAsync()
    {
        try
        {
            // Only collected, not sent: this does not wait.
            await tls.ShutdownAsync();
            await wire.SendAsync(CancellationToken.None);
            plain.ShutdownWrite();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone already, or the connection was given up in the middle of a write: there is nobody left to tell.
        }
    }
}
