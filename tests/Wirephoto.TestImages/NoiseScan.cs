namespace Wirephoto.TestImages;

/// <summary>Encodes 8x8 blocks of noise as one baseline scan (ITU-T T.81, F.1.2): every symbol has a four-bit code.</summary>
internal sealed class NoiseScan
{
    private readonly List<byte> bytes = [];
    private uint pending;
    private int pendingBits;

    /// <summary>Categories of DC differences.</summary>
    public static byte[] DcSymbols => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    /// <summary>End of block, then run 0 with sizes 1 to 10.</summary>
    public static byte[] AcSymbols => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    /// <summary>How many codes there are of each length from 1 to 16: all have four bits.</summary>
    public static byte[] CodeLengths(int symbols) => [0, 0, 0, (byte)symbols, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Encode(int blocks, int seed)
    {
        var scan = new NoiseScan();
        var noise = new Noise(seed);
        var previous = 0;
        for (var i = 0; i < blocks; i++)
        {
            var level = noise.Next(1024) - 512;
            scan.Value(level - previous);
            previous = level;
            for (var k = 1; k < 64; k++)
                scan.Value(noise.Next(255) - 127 is var value and not 0 ? value : 1);
        }
        return scan.Finish();
    }

    // A value is its size in bits, then the bits; negative values are stored minus one in two's complement.
    private void Value(int value)
    {
        var size = 32 - int.LeadingZeroCount(Math.Abs(value));
        Put((uint)size, 4);
        if (size > 0)
            Put((uint)(value < 0 ? value - 1 : value) & ((1u << size) - 1), size);
    }

    private void Put(uint bits, int count)
    {
        pending = pending << count | bits;
        pendingBits += count;
        while (pendingBits >= 8)
        {
            pendingBits -= 8;
            var b = (byte)(pending >> pendingBits);
            bytes.Add(b);
            if (b == 0xFF)
                bytes.Add(0);
        }
    }

    // The last byte is filled up with ones.
    private byte[] Finish()
    {
        if (pendingBits > 0)
            Put((1u << (8 - pendingBits)) - 1, 8 - pendingBits);
        return [.. bytes];
    }
}
