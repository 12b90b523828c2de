using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Net;

/// <summary>The server's certificate with its chain and its private key, as they are read from PEM files once, at the start.</summary>
public sealed class ServerCertificate : IDisposable
{
    readonly X509Certificate2 leaf;
    readonly string keyFile;

    ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, string keyFile)
    {
        this.leaf = leaf;
        this.keyFile = keyFile;

        // Offline: what the file lacks is not fetched from anywhere.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        Fingerprint = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(leaf.RawData));
    }

    /// <summary>What a handshake needs.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The SHA-256 of the certificate, as clients pin it.</summary>
    public string Fingerprint { get; }

    /// <summary>Whom it is for.</summary>
    public string Subject => leaf.Subject;

    /// <summary>Reads the files.</summary>
    /// <param name="file">The certificate, then its chain; maybe the key.</param>
    /// <param name="keyFile">The key; null: it is in <paramref name="file"/>.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>: what is wrong with which file, and what to do.</exception>
    public static ServerCertificate Read(string file, string? keyFile)
    {
        var text = ReadFile(file, "--certificate");
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw Wrong($"{file} holds a certificate that can't be read: {e.Message}", e);
        }

        if (all.Count == 0) throw Wrong($"{file} holds no certificate: --certificate takes a PEM file with '-----BEGIN CERTIFICATE-----' lines");
        using var key = PrivateKey.Read(keyFile is null ? text : ReadFile(keyFile, "--key"), keyFile ?? file);
        var own = all.FirstOrDefault(key.Fits)
            ?? throw Wrong($"the private key in {keyFile ?? file} does not belong to the certificate in {file}: give the two that were made together");
        all.Remove(own);
        using (own) return new ServerCertificate(key.Join(own), all, keyFile ?? file);
    }

    /// <summary>What its owner should mend, though it works.</summary>
    public IEnumerable<string> Warnings(DateTimeOffset now)
    {
        if (now > leaf.NotAfter) yield return $"the certificate has expired on {leaf.NotAfter:yyyy-MM-dd}: only clients that pin it still accept it; get a new one and restart";
        if (now < leaf.NotBefore) yield return $"the certificate is valid only from {leaf.NotBefore:yyyy-MM-dd} on: check the clock of this machine";
        if (!OperatingSystem.IsWindows() && File.Exists(keyFile) && File.GetUnixFileMode(keyFile).HasFlag(UnixFileMode.OtherRead))
            yield return $"every user of this machine can read the private key in {keyFile}: chmod 600 {keyFile}";
    }

    /// <inheritdoc/>
    public void Dispose() => leaf.Dispose();

    static string ReadFile(string file, string option)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the file of {option} can't be read: {e.Message}", e);
        }
    }

    static WirephotoException Wrong(string message, Exception? cause = null) => new(ErrorCode.Usage, message, cause);
}
