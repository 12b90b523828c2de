using Wirephoto.Client;
using Wirephoto.Protocol;

namespace Wirephoto.Cli.Arguments;

/// <summary>When progress is shown.</summary>
enum ProgressMode
{
    Auto,
    Always,
    Never,
}

/// <summary>What the options of a command line say.</summary>
sealed record CliOptions
{
    /// <summary>A name of its own for the one file of a put or get; for put, with a <c>/</c> at its end, the folder for all.</summary>
    public string? As { get; init; }

    /// <summary>The local folder that get writes to; null: the current one.</summary>
    public string? To { get; init; }

    /// <summary>Connections that transfer files at the same time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>How often in a row a lost connection is made again before a request fails.</summary>
    public int Retry { get; init; } = new WirephotoClientOptions().Retries;

    /// <summary>Whether the connection is inside TLS whatever the address says.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file of further authorities to trust.</summary>
    public string? Authorities { get; init; }

    /// <summary>The SHA-256 of the one certificate to trust.</summary>
    public Digest? Pin { get; init; }

    /// <summary>Whether nothing more is begun after a failure.</summary>
    public bool StopOnError { get; init; }

    /// <summary>Reports as JSON, one object per line.</summary>
    public bool Json { get; init; }

    /// <summary>Only what was asked for and what failed.</summary>
    public bool Quiet { get; init; }

    /// <summary>Folders, with all that is below them.</summary>
    public bool Recursive { get; init; }

    /// <summary>Listings with size, dimensions and date.</summary>
    public bool Long { get; init; }

    /// <summary>When progress is shown.</summary>
    public ProgressMode Progress { get; init; }
}
