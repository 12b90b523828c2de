using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Net;

/// <summary>A private key, RSA or of an elliptic curve, as a PEM file holds it.</summary>
sealed class PrivateKey : IDisposable
{
    readonly RSA? rsa;
    readonly ECDsa? curve;

    PrivateKey(RSA? rsa, ECDsa? curve) => (this.rsa, this.curve) = (rsa, curve);

    /// <summary>Finds the key in a file's text.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>: there is none, or none that can be read without a password.</exception>
    public static PrivateKey Read(string pem, string file)
    {
        if (pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) || pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw Wrong($"the private key in {file} is encrypted, and nobody is there to type its password: decrypt it with 'openssl pkey -in {file} -out server.key' and chmod 600 the result");
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw Wrong($"{file} holds no private key: put it into the same file as the certificate, or give its file with --key");

        // The text says which kind a key is only in some of the forms.
        return TryRsa(pem) ?? TryCurve(pem)
            ?? throw Wrong($"the private key in {file} can't be read: it must be RSA or of an elliptic curve, in PEM form (PKCS#8, PKCS#1 or SEC1), and one only");
    }

    /// <summary>Whether a certificate is for this key.</summary>
    public bool Fits(X509Certificate2 certificate)
    {
        using var own = (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
        var key = (AsymmetricAlgorithm?)rsa ?? curve;
        return own is not null && own.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key!.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The certificate together with its key.</summary>
    public X509Certificate2 Join(X509Certificate2 certificate)
    {
        using var joined = rsa is not null ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey(curve!);

        // Windows takes no key in a handshake that is only in memory; one that has been through this form it does.
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rsa?.Dispose();
        curve?.Dispose();
    }

    static PrivateKey? TryRsa(string pem)
    {
        var key = RSA.Create();
        if (Import(key.ImportFromPem, pem)) return new PrivateKey(key, null);
        key.Dispose();
        return null;
    }

    static PrivateKey? TryCurve(string pem)
    {
        var key = ECDsa.Create();
        if (Import(key.ImportFromPem, pem)) return new PrivateKey(null, key);
        key.Dispose();
        return null;
    }

    static bool Import(Action<ReadOnlySpan<char>> import, string pem)
    {
        try
        {
            import(pem);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    static WirephotoException Wrong(string message) => new(ErrorCode.Usage, message);
}
