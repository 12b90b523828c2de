namespace Wirephoto.Fuzz.Engine;

/// <summary>One input: two bytes that decide how the rest is cut into pieces, and the rest.</summary>
public sealed class FuzzInput(byte[] bytes)
{
    /// <summary>Bytes before the payload.</summary>
    public const int CutBytes = 2;

    /// <summary>All of it, as it is saved.</summary>
    public byte[] Bytes => bytes;

    /// <summary>What the decoder is given.</summary>
    public byte[] Payload { get; } = bytes.Length > CutBytes ? bytes[CutBytes..] : [];

    /// <summary>The same payload in one piece.</summary>
    public FuzzInput Whole => new([0, 0, .. Payload]);

    /// <summary>An input that is given in one piece.</summary>
    public static FuzzInput Of(ReadOnlySpan<byte> payload) => new([0, 0, .. payload]);

    /// <summary>The lengths of the pieces, one call after the other: all at once, byte by byte, or from 1 to a most that the input chose.</summary>
    public Func<int> Pieces()
    {
        var most = bytes.Length > 0 ? bytes[0] : 0;
        if (most < 2) return () => most == 0 ? int.MaxValue : 1;

        // A xorshift generator: the same pieces on every machine.
        var state = 0x9E3779B9u ^ (uint)(most << 8 | (bytes.Length > 1 ? bytes[1] : 0));
        return () =>
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return 1 + (int)(state % most);
        };
    }
}
