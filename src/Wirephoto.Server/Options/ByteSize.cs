using System.Globalization;
using System.Text.RegularExpressions;

namespace Wirephoto.Server.Options;

/// <summary>Sizes as people write them: 500MB, 8GiB, 1048576.</summary>
static partial class ByteSize
{
    /// <summary>Reads a size in bytes, at least 1; null when it is none.</summary>
    public static long? Parse(string text)
    {
        var match = Shape().Match(text);
        if (!match.Success) return null;
        var unit = match.Groups["binary"].Success ? 1024m : 1000m;
        var power = match.Groups["unit"].Success ? "KMGT".IndexOf(char.ToUpperInvariant(match.Groups["unit"].Value[0]), StringComparison.Ordinal) + 1 : 0;
        var bytes = decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        for (; power > 0; power--) bytes *= unit;
        return bytes is >= 1 and <= Protocol.ProtocolLimits.Number ? (long)bytes : null;
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,16}(\.[0-9]{1,3})?) ?((?<unit>[KMGT])((?<binary>i)?B)?|B)?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
