using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>A connection and what it carries.</summary>
sealed class Lane(WirephotoClient client)
{
    /// <summary>Bytes that it may carry in all: images that are put whole are held in memory.</summary>
    public const long Room = 64 << 20;

    /// <summary>What a large image counts for: it fills a line alone, but not while it begins and ends.</summary>
    public const long Large = Room / 4;

    // Sixteen small images hide a round trip of that length from a line of 2 Gbit/s.
    static readonly TimeSpan Far = TimeSpan.FromMilliseconds(5);

    // Of small images 64 over a long line, which is idle without them; 16 over a short one, where more only push each other out of a core's cache.
    readonly long least = client.RoundTrip >= Far ? Room / 64 : Room / 16;

    /// <summary>The connection.</summary>
    public WirephotoClient Client => client;

    /// <summary>What all images on their way count for.</summary>
    public long Load { get; set; }

    /// <summary>What an image of so many bytes counts for.</summary>
    public long Weight(long length) => length > client.Server.Limits.Put ? Large : Math.Clamp(length, least, Large);
}
