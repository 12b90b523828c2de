using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>A connection and what it carries.</summary>
/// <param name="client">The connection.</param>
/// <param name="jobs">How many connections the request may have.</param>
/// <param name="roundTrip">How far the server is.</param>
sealed class Lane(WirephotoClient client, int jobs, TimeSpan roundTrip)
{
    /// <summary>Bytes that it may carry in all: images that are put whole are held in memory.</summary>
    public const long Room = 64 << 20;

    /// <summary>What a large image counts for: it fills a line alone, but not while it begins and ends.</summary>
    public const long Large = Room / 4;

    // Sixteen small images hide a round trip of that length from a line of 2 Gbit/s.
    static readonly TimeSpan Far = TimeSpan.FromMilliseconds(5);

    // Small images over a short line: more only push each other out of a core's cache.
    const int ManyNear = 16;

    // Over a long line, which is idle without them: so many on all connections together, but on each within these bounds.
    const int AllFar = 2048, FewestFar = 64, MostFar = 1024;

    readonly long least = Math.Min(Large, Room / (roundTrip < Far ? ManyNear : Math.Min(client.Server.Limits.Pipeline, Math.Clamp(AllFar / jobs, FewestFar, MostFar))));

    /// <summary>The connection.</summary>
    public WirephotoClient Client => client;

    /// <summary>What all images on their way count for.</summary>
    public long Load { get; set; }

    /// <summary>What an image of so many bytes counts for.</summary>
    public long Weight(long length) => length > client.Server.Limits.Put ? Large : Math.Clamp(length, least, Large);
}
