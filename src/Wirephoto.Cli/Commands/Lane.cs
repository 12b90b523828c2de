using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>A connection and what it carries, counted in small files.</summary>
sealed class Lane(WirephotoClient client)
{
    // What is held in memory for files that go whole.
    const int MostBytes = 64 << 20;

    // A file that goes in pieces fills a line alone, but not while it begins and ends.
    const int LargeMost = 4;

    static readonly TimeSpan Far = TimeSpan.FromMilliseconds(5);

    // A long line is idle without many on their way; on a short one they only push each other out of a core's cache.
    readonly int room = client.RoundTrip >= Far ? 64 : 16;

    /// <summary>The connection.</summary>
    public WirephotoClient Client => client;

    /// <summary>What all files on their way count for.</summary>
    public int Load { get; set; }

    /// <summary>Takes on a file of so many bytes, if there is room for it: in all of the lane, or in as much as one large file takes.</summary>
    /// <returns>What it counts for; null: there is no room.</returns>
    public int? TryLoad(long length, bool whole)
    {
        var large = room / LargeMost;
        var units = length > client.Server.Limits.Put ? large : (int)Math.Clamp(length * room / MostBytes, 1, room);
        if (Load > 0 && Load + units > (whole ? room : large)) return null;
        Load += units;
        return units;
    }
}
