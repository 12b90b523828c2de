using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Options;

/// <summary>What the server allows its peers in time, number and memory.</summary>
public sealed record ServerLimits
{
    /// <summary>Connections at the same time. One connection costs a few KiB while it is silent.</summary>
    public int Clients { get; init; } = 1000;

    /// <summary>Sessions at the same time at the port where the server speaks first: what its clients have always been told.</summary>
    public int SessionClients { get; init; } = 3;

    /// <summary>Connections that are being refused at the same time; beyond it they are closed without a word.</summary>
    public int Refusals { get; init; } = 64;

    /// <summary>Connections that wait to be accepted: the usual maximum of Linux (net.core.somaxconn).</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>How long a new connection may stay silent. A person typing at a prompt has said hello before.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may stay silent between requests: long enough for somebody at a prompt.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a head may take from its first byte to its last.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may pause in either direction; also the credit that a slow one can use up.</summary>
    public TimeSpan BodyPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes per second that a body must reach: the slowest mobile lines (GPRS) do.</summary>
    public int BodyRate { get; init; } = 4096;

    /// <summary>How long a client may take no reply: between two looks a whole slice may be on its way at the slowest rate.</summary>
    public TimeSpan SendPause => BodyPause + TimeSpan.FromSeconds((double)Duplex.FileSlice / BodyRate);

    /// <summary>How long a running request may go on after the server was told to stop.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to read away what a refused peer still sends, so that the refusal is not lost to a reset.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Unfinished uploads that one connection may have open.</summary>
    public int UploadsPerConnection { get; init; } = 64;

    /// <summary>How long an unfinished upload is kept after its last byte.</summary>
    public TimeSpan UploadAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Commits of all connections that may go on while their connections receive the next images. Each keeps a file and a folder open; a disk gains nothing from more at once.</summary>
    public int Commits { get; init; } = 256;

    /// <summary>Replies that may wait for the client of one connection, whatever the others do: as many as clients may ask for without a hello.</summary>
    public int RepliesPerConnection { get; init; } = 64;

    /// <summary>Replies beyond those that may wait for their clients on all connections together: some 400 bytes each, or some KiB if they are refusals.</summary>
    public int Replies { get; init; } = 16_384;

    /// <summary>Pages of listings with more entries than usual that may wait for their clients at the same time: some MiB each.</summary>
    public int LongPages { get; init; } = 8;

    /// <summary>Files that the server has open with all connections and commits; each connection that is just sending images has a few more.</summary>
    public int FileHandles => Clients + SessionClients + (2 * Commits) + 200;

    /// <summary>Ended sessions that <c>status</c> remembers.</summary>
    public int SessionHistory { get; init; } = 200;
}
