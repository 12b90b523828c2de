using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wirephoto.Testing;

/// <summary>A certificate made for one test, with its key; never stored beyond it.</summary>
public sealed class TestCertificate : IDisposable
{
    TestCertificate(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate in PEM form.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>Its key in PEM form.</summary>
    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>Its key under a password, in PEM form.</summary>
    public string EncryptedKeyPem => Key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)) + "\n";

    /// <summary>Its SHA-256.</summary>
    public byte[] Fingerprint => SHA256.HashData(Certificate.RawData);

    AsymmetricAlgorithm Key => (AsymmetricAlgorithm?)Certificate.GetECDsaPrivateKey() ?? Certificate.GetRSAPrivateKey()!;

    /// <summary>Makes one.</summary>
    /// <param name="name">The DNS name or the IP address it is for; of an authority, its name.</param>
    /// <param name="issuer">Who signs it; null: itself.</param>
    /// <param name="authority">Whether it may sign others.</param>
    /// <param name="expired">Whether its time is over.</param>
    /// <param name="rsa">Whether its key is RSA, not of an elliptic curve.</param>
    public static TestCertificate Make(string name = "localhost", TestCertificate? issuer = null, bool authority = false, bool expired = false, bool rsa = false)
    {
        using var rsaKey = rsa ? RSA.Create(2048) : null;
        using var curve = rsa ? null : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = $"CN={name}";
        var request = rsaKey is not null
            ? new CertificateRequest(subject, rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, curve!, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        if (!authority) request.CertificateExtensions.Add(Names(name));

        var now = DateTimeOffset.UtcNow;
        var (from, to) = expired ? (now.AddDays(-9), now.AddDays(-1)) : (now.AddDays(-10), now.AddDays(9));
        if (issuer is null) return new TestCertificate(request.CreateSelfSigned(from, to));

        var generator = issuer.Certificate.GetECDsaPrivateKey() is { } signer
            ? X509SignatureGenerator.CreateForECDsa(signer)
            : X509SignatureGenerator.CreateForRSA(issuer.Certificate.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
        using var signed = request.Create(issuer.Certificate.SubjectName, generator, from, to, RandomNumberGenerator.GetBytes(8));
        return new TestCertificate(rsaKey is not null ? signed.CopyWithPrivateKey(rsaKey) : signed.CopyWithPrivateKey(curve!));
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    static X509Extension Names(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        return names.Build();
    }
}
