using System.Reflection;

namespace Wirephoto.Client;

/// <summary>How a client connects and how patient it is.</summary>
public sealed record WirephotoClientOptions
{
    /// <summary>
    /// How often in a row an operation may lose its connection, without any progress of this client in between, before it fails; 0: never repeat. With the waits as they are by default
    /// that is about a minute in all: long enough for a server to be started again.
    /// </summary>
    public int Retries
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Retries), value, "0 or more");
    }
    = 15;

    /// <summary>The longest wait for a connection and the server's greeting.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Positive(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time without any byte from or to the server while a reply is due. Long, because a large commit ends in a flush of the server's disk.</summary>
    public TimeSpan ReplyTimeout { get; init => field = Positive(value, nameof(ReplyTimeout)); } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait before the first repetition; doubled for every further one. The actual wait is a random part of it.</summary>
    public TimeSpan BackoffBase { get; init => field = Positive(value, nameof(BackoffBase)); } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before any repetition.</summary>
    public TimeSpan BackoffMost { get; init => field = Positive(value, nameof(BackoffMost)); } = TimeSpan.FromSeconds(10);

    /// <summary>Which servers are trusted inside TLS; null: the connection is plain.</summary>
    public WirephotoTlsOptions? Tls { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Who the client is; null: the anonymous user.</summary>
    public string? Token { get; init; }

    /// <summary>Program and version, for the server's log; at most 256 characters.</summary>
    public string ClientName { get; init; } = $"Wirephoto.Client/{Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}";

    static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "more than zero");
}
