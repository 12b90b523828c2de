namespace Wirephoto.Images.Jpeg;

/// <summary>Marker codes: the byte after FF (ITU-T T.81, table B.1).</summary>
internal static class Marker
{
    public const byte Stuffing = 0x00, Temporary = 0x01;
    public const byte DefineHuffmanTables = 0xC4, Extension = 0xC8, DefineArithmeticConditioning = 0xCC;
    public const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, DefineLineCount = 0xDC, DefineRestartInterval = 0xDD;
    public const byte App1 = 0xE1;
    public const byte Prefix = 0xFF;

    /// <summary>SOF0-3, 5-7, 9-11 and 13-15.</summary>
    public static bool IsFrame(byte code) => code is >= 0xC0 and <= 0xCF and not (DefineHuffmanTables or Extension or DefineArithmeticConditioning);

    /// <summary>RST0-7.</summary>
    public static bool IsRestart(byte code) => code is >= 0xD0 and <= 0xD7;

    /// <summary>Codes that no process of T.81 uses, so that only damage can put them there.</summary>
    public static bool IsReserved(byte code) => code is < 0xC0 and not Temporary or Extension;
}
