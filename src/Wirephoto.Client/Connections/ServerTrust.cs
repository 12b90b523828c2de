using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Tls;

namespace Wirephoto.Client.Connections;

/// <summary>Makes connections safe with TLS, and decides whether a server's certificate is good enough.</summary>
sealed class ServerTrust
{
    // What a certificate of a server has to be good for (RFC 5280, 4.2.1.12).
    static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    const string MaybePlain = "Check host and port. A server offers TLS when it was started with --certificate; one that does not is reached without --tls, as wirephoto://.";

    readonly Digest? pin;
    readonly X509Certificate2Collection? authorities;

    /// <summary>Reads the authorities.</summary>
    /// <exception cref="LocalFileException">Their file is missing, can't be read or holds none.</exception>
    public ServerTrust(WirephotoTlsOptions options)
    {
        pin = options.Pin;
        if (options.AuthoritiesFile is { } file) authorities = ReadAuthorities(file);
    }

    /// <summary>Shakes hands with a server.</summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.Untrusted"/>, with the fingerprint of what it showed; <see cref="ErrorCode.NoConnection"/>: there is no TLS with it.</exception>
    public async Task<TlsDuplex> SecureAsync(Duplex plain, string host, int port, CancellationToken cancel)
    {
        string? distrust = null;
        try
        {
            // What is pinned needs no authorities: those of the system are not even read.
            var policy = Policy(pin is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust);
            return await TlsDuplex.ConnectAsync(plain, host, policy, (_, certificate, chain, errors) => (distrust = Fault(certificate, chain, errors)) is null, cancel);
        }
        catch (AuthenticationException e) when (distrust is not null)
        {
            throw new ConnectionException(ErrorCode.Untrusted, $"the server at {host}:{port} is not trusted: {distrust}", e);
        }
        catch (AuthenticationException e)
        {
            throw new ConnectionException(ErrorCode.NoConnection, $"no TLS with {host}:{port}: {(e.InnerException ?? e).Message}; does it offer TLS?", e) { Remedy = MaybePlain };
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new ConnectionException(ErrorCode.NoConnection, $"{host}:{port} closed the connection inside the TLS handshake; does it offer TLS?", e) { Remedy = MaybePlain };
        }
    }

    // What is wrong with a certificate, or null.
    string? Fault(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is null) return "it shows no certificate";
        var certificate = (X509Certificate2)shown;
        var fingerprint = new Digest(SHA256.HashData(certificate.RawData));
        if (pin is { } wanted)
            return fingerprint == wanted ? null : $"its certificate is not the pinned one; its fingerprint is sha256:{fingerprint}";

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && IsFromAuthorities(certificate, chain)) errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        if (errors == SslPolicyErrors.None) return null;
        var reason = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"its certificate is for another name ({Names(certificate)})"
            : $"its certificate is {Reasons(chain)}";
        return $"{reason}; its fingerprint is sha256:{fingerprint}";
    }

    bool IsFromAuthorities(X509Certificate2 certificate, X509Chain? shown)
    {
        if (authorities is null) return false;
        using var chain = new X509Chain { ChainPolicy = Policy(X509ChainTrustMode.CustomRootTrust) };
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // The certificates between, which the server has sent along.
        if (shown is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
            foreach (var element in shown.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    // Nothing is fetched from anywhere because a certificate names an address.
    static X509ChainPolicy Policy(X509ChainTrustMode mode) => new()
    {
        TrustMode = mode,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        ApplicationPolicy = { ServerAuthentication },
    };

    static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var all = names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())).Take(5).ToList();
        return all.Count > 0 ? string.Join(", ", all) : certificate.Subject;
    }

    static string Reasons(X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid)) return "expired, or not valid yet";
        return (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0
            ? "from an authority that this machine does not know"
            : $"not valid ({status})";
    }

    static X509Certificate2Collection ReadAuthorities(string file)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw e is FileNotFoundException or DirectoryNotFoundException
                ? new LocalFileException(ErrorCode.LocalMissing, $"there is no file {file} with the authorities' certificates", e)
                : new LocalFileException(ErrorCode.LocalFailed, $"the authorities' certificates can't be read: {e.Message}", e);
        }

        return all.Count > 0 ? all : throw new LocalFileException(ErrorCode.LocalFailed, $"{file} holds no certificate: it must be a PEM file with '-----BEGIN CERTIFICATE-----' lines");
    }
}
