namespace Wirephoto.Fuzz.SlowRules;

/// <summary>The orientation once more, by random access to all of the bytes (TIFF 6.0, section 2).</summary>
static class SlowExif
{
    /// <summary>1 to 8; 1 when the data does not say.</summary>
    public static int Orientation(byte[] tiff)
    {
        if (tiff.Length < 8 || tiff[0] != tiff[1] || tiff[0] is not ((byte)'I' or (byte)'M')) return 1;
        var little = tiff[0] == 'I';
        if (Number(tiff, 2, 2, little) != 42) return 1;
        var directory = Number(tiff, 4, 4, little);
        if (directory < 8 || directory + 2 > tiff.Length) return 1;

        var count = Number(tiff, directory, 2, little);
        for (var entry = directory + 2; count > 0 && entry + 12 <= tiff.Length; entry += 12, count--)
        {
            if (Number(tiff, entry, 2, little) != 0x0112) continue;
            var size = Number(tiff, entry + 2, 2, little) switch { 3 => 2, 4 => 4, _ => 0 };
            var value = size == 0 || Number(tiff, entry + 4, 4, little) != 1 ? 1 : Number(tiff, entry + 8, size, little);
            return value is >= 1 and <= 8 ? (int)value : 1;
        }

        return 1;
    }

    static long Number(byte[] bytes, long at, int size, bool little)
    {
        long value = 0;
        for (var i = 0; i < size; i++) value = (value << 8) | bytes[at + (little ? size - 1 - i : i)];
        return value;
    }
}
