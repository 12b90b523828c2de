using Wirephoto.Protocol;

namespace Wirephoto.Client;

/// <summary>
/// Which servers are trusted inside TLS: those whose certificate is for the host's name and comes from an authority that the operating system trusts. There is no way to
/// trust all of them.
/// </summary>
public sealed record WirephotoTlsOptions
{
    /// <summary>A PEM file of further authorities that are trusted, beside those of the operating system; null: none.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>
    /// The SHA-256 of the one certificate that is trusted (of its DER form, as the server's log and <c>openssl x509 -fingerprint -sha256</c> show it), whoever issued it,
    /// for whatever name and time; null: the rules above.
    /// </summary>
    public Digest? Pin { get; init; }
}
