namespace Wirephoto.Images.Jpeg;

/// <summary>Checks a scan header against its frame.</summary>
/// <remarks>
/// <code>
/// +-------+----+----+---------------------+----+----+-------+
/// | FF DA | Ls | Ns | Csj 1 | Tdj:Taj 1   | Ss | Se | Ah:Al |
/// +-------+----+----+---------------------+----+----+-------+
///   SOS     2    1    x Ns: component,      1    1    1
///                     entropy tables
/// </code>
/// ITU-T T.81, B.2.3. The last three are not checked: cameras write all kinds of values for sequential scans, and decoders ignore them.
/// </remarks>
internal static class ScanHeader
{
    private const int Fixed = 4, PerComponent = 2, MaxComponents = 4;

    /// <summary>Whether a header of 1 to 4 components can have that many bytes after its length field.</summary>
    public static bool IsLength(int length) =>
        length is >= Fixed + PerComponent and <= Fixed + PerComponent * MaxComponents && length % PerComponent == 0;

    /// <summary>What is wrong with the bytes after the length field, or null.</summary>
    public static string? Check(FrameHeader frame, ReadOnlySpan<byte> bytes)
    {
        var components = bytes[0];
        if (bytes.Length != Fixed + PerComponent * components)
            return $"scan header is for {components} components but has the length of {(bytes.Length - Fixed) / PerComponent}";
        for (var i = 0; i < components; i++)
        {
            var identifier = bytes[1 + PerComponent * i];
            if (!frame.Has(identifier))
                return $"scan header names component {identifier}, which the frame header does not have,";
        }
        return null;
    }
}
