namespace Wirephoto.TestImages;

/// <summary>A small generator of noise that gives the same bytes for the same seed on every machine (SplitMix64).</summary>
public sealed class Noise(int seed)
{
    private ulong state = (ulong)seed * 0xD1342543DE82EF95 + 1;

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, not including, <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(NextBits() % (uint)limit);

    /// <summary>Fills the whole span.</summary>
    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)NextBits();
    }
}
