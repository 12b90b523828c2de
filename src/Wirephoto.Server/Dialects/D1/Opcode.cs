namespace Wirephoto.Server.Dialects.D1;

/// <summary>The opcodes of Python's pickle that a dictionary of text, bytes and None is made of. There are more, and none of them is accepted.</summary>
static class Opcode
{
    public const byte Proto = 0x80;
    public const byte Frame = 0x95;
    public const byte Stop = 0x2e;

    public const byte EmptyDict = 0x7d;
    public const byte Mark = 0x28;
    public const byte SetItem = 0x73;
    public const byte SetItems = 0x75;

    public const byte None = 0x4e;
    public const byte ShortBinUnicode = 0x8c;
    public const byte BinUnicode = 0x58;
    public const byte BinUnicode8 = 0x8d;
    public const byte ShortBinBytes = 0x43;
    public const byte BinBytes = 0x42;
    public const byte BinBytes8 = 0x8e;

    public const byte Memoize = 0x94;
    public const byte BinPut = 0x71;
    public const byte LongBinPut = 0x72;
    public const byte BinGet = 0x68;
    public const byte LongBinGet = 0x6a;
}
