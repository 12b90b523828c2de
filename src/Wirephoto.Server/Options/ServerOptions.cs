using System.Net;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Options;

/// <summary>What makes a file an image.</summary>
public enum AcceptRule
{
    /// <summary>Its bytes are a whole image of the type that its extension says.</summary>
    Structure,

    /// <summary>Its extension alone.</summary>
    Name,
}

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary>One line of text for each event.</summary>
    Line,

    /// <summary>One JSON object for each event.</summary>
    Json,
}

/// <summary>Whether clients may do without TLS where there is a certificate.</summary>
public enum TlsRule
{
    /// <summary>They may.</summary>
    Offered,

    /// <summary>They must not.</summary>
    Required,
}

/// <summary>What the owner asked for on the command line and in the configuration file; checked already.</summary>
public sealed record ServerOptions
{
    /// <summary>The TCP port; 0 lets the system choose (tests).</summary>
    public required int Port { get; init; }

    /// <summary>The TCP port for sessions in which the server speaks first (D4); null: none, 0 lets the system choose (tests).</summary>
    public int? SessionPort { get; init; }

    /// <summary>The folder of images.</summary>
    public required string Folder { get; init; }

    /// <summary>The address to listen on; null: all.</summary>
    public IPAddress? Bind { get; init; }

    /// <summary>Extensions that are accepted.</summary>
    public ImageTypes Types { get; init; } = ImageTypes.Default;

    /// <summary>What makes a file an image.</summary>
    public AcceptRule Accept { get; init; } = AcceptRule.Structure;

    /// <summary>Bytes that stay free on the disk whatever is uploaded; null: a hundredth of it, 1 GiB at most.</summary>
    public long? Reserve { get; init; }

    /// <summary>Whether clients on other machines are served although no users exist.</summary>
    public bool Open { get; init; }

    /// <summary>Bytes per second that are read in the background to find damage; null: none.</summary>
    public long? ScrubRate { get; init; }

    /// <summary>How often the whole folder is compared with the index; null: only when hints of the system were lost.</summary>
    public TimeSpan? Rescan { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How log lines look.</summary>
    public LogFormat Log { get; init; } = LogFormat.Line;

    /// <summary>The older wire formats that are spoken beside the native one.</summary>
    public IReadOnlySet<WireFormat> Dialects { get; init; } = DialectList.All;

    /// <summary>The PEM file of the certificate, its chain and maybe its key; null: there is no TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The PEM file of the private key; null: it is in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether clients may do without TLS.</summary>
    public TlsRule Tls { get; init; } = TlsRule.Offered;

    /// <summary>The certificate, once it has been read; null: there is no TLS.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>What clients are told of the limits of images and messages.</summary>
    public AnnouncedLimits Announced { get; init; } = StandardLimits;

    /// <summary>
    /// The limits where the owner says nothing else: the protocol's own, except for what a long line needs. Over a round trip of 40 ms, 1,024 requests that wait for their
    /// replies are 25,600 images in a second, and pages of 10,000 entries are 250,000.
    /// </summary>
    public static AnnouncedLimits StandardLimits { get; } = new() { Pipeline = 1024, List = 10_000 };

    /// <summary>Limits in time, number and memory.</summary>
    public ServerLimits Limits { get; init; } = new();
}
