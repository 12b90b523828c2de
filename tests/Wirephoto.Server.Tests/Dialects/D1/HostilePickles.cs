using System.Text;

namespace Wirephoto.Server.Tests.Dialects.D1;

/// <summary>Pickles that no client needs, each by what is wrong with it.</summary>
static class HostilePickles
{
    static readonly byte[] Start = [0x80, 4, 0x7d, 0x94, 0x28];
    static readonly byte[] Command = [.. D1Message.Text("COMMAND"), .. D1Message.Text("LIST")];

    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["nothing"] = [],
        ["only PROTO"] = [0x80],
        ["no STOP"] = [.. Start, .. Command, 0x75],
        ["STOP at once"] = [0x80, 4, 0x2e],
        ["no PROTO"] = [0x7d, 0x94, 0x28, .. Command, 0x75, 0x2e],
        ["protocol 0"] = [0x80, 0, .. Start[2..], .. Command, 0x75, 0x2e],
        ["protocol 6"] = [0x80, 6, .. Start[2..], .. Command, 0x75, 0x2e],
        ["PROTO again"] = [.. Start, 0x80, 4, .. Command, 0x75, 0x2e],
        ["bytes after STOP"] = [.. Start, .. Command, 0x75, 0x2e, 0x2e],

        ["GLOBAL os.system, REDUCE"] = [0x80, 2, .. Ascii("cos\nsystem\n("), 0x58, 2, 0, 0, 0, .. Ascii("id"), .. Ascii("tR.")],
        ["GLOBAL as a value"] = [.. Start, .. D1Message.Text("COMMAND"), .. Ascii("cos\nsystem\n"), 0x75, 0x2e],
        ["STACK_GLOBAL"] = [0x80, 4, .. D1Message.Text("os"), .. D1Message.Text("system"), 0x93, 0x2e],
        ["STACK_GLOBAL in the dictionary"] = [.. Start, .. D1Message.Text("os"), .. D1Message.Text("system"), 0x93, 0x75, 0x2e],
        ["REDUCE"] = [.. Start, .. Command, 0x52, 0x75, 0x2e],
        ["BUILD"] = [.. Start, .. Command, 0x75, 0x62, 0x2e],
        ["INST"] = [0x80, 2, .. Ascii("(S'id'\nios\nsystem\n.")],
        ["OBJ"] = [.. Start, .. Command, 0x6f, 0x75, 0x2e],
        ["NEWOBJ"] = [.. Start, .. Command, 0x81, 0x75, 0x2e],
        ["EXT1"] = [.. Start, 0x82, 1, 0x75, 0x2e],
        ["PERSID"] = [.. Start, .. Ascii("Px\n"), 0x75, 0x2e],
        ["BINPERSID"] = [.. Start, .. Command, 0x51, 0x75, 0x2e],
        ["DUP"] = [.. Start, .. D1Message.Text("COMMAND"), 0x32, 0x75, 0x2e],
        ["POP"] = [.. Start, .. Command, 0x30, 0x75, 0x2e],
        ["BYTEARRAY8"] = [.. Start, .. D1Message.Text("FILE_DATA"), 0x96, 1, 0, 0, 0, 0, 0, 0, 0, 65, 0x75, 0x2e],
        ["protocol 2 bytes"] = [0x80, 2, 0x7d, 0x71, 0, 0x28, .. Long("FILE_DATA"), .. Ascii("c_codecs\nencode\n"), 0x71, 1, 0x75, 0x2e],
        ["a number"] = [.. Start, .. D1Message.Text("COMMAND"), 0x4b, 1, 0x75, 0x2e],
        ["True"] = [.. Start, .. D1Message.Text("COMMAND"), 0x88, 0x75, 0x2e],
        ["a list"] = [.. Start, .. D1Message.Text("COMMAND"), 0x5d, 0x94, 0x75, 0x2e],

        ["a text alone"] = [0x80, 4, .. D1Message.Text("LIST"), 0x2e],
        ["a dictionary in a dictionary"] = [.. Start, .. D1Message.Text("COMMAND"), 0x7d, 0x94, 0x75, 0x2e],
        ["a dictionary in itself"] = [.. Start, .. D1Message.Text("COMMAND"), 0x68, 0, 0x75, 0x2e],
        ["two dictionaries"] = [0x80, 4, 0x7d, 0x7d, 0x2e],
        ["deep marks"] = [.. Start, .. Enumerable.Repeat((byte)0x28, 100_000), 0x2e],
        ["marks alone"] = [0x80, 4, .. Enumerable.Repeat((byte)0x28, 100_000)],
        ["no SETITEMS"] = [.. Start, .. Command, 0x2e],
        ["a key without a value"] = [.. Start, .. D1Message.Text("COMMAND"), 0x75, 0x2e],
        ["SETITEM without a pair"] = [0x80, 4, 0x7d, 0x73, 0x2e],
        ["a pair without SETITEM"] = [0x80, 4, 0x7d, .. Command, 0x2e],
        ["a key that is None"] = [.. Start, 0x4e, 0x4e, 0x75, 0x2e],
        ["a key that is bytes"] = [.. Start, .. D1Message.Bytes([1]), 0x4e, 0x75, 0x2e],
        ["a key twice"] = [.. Start, .. Command, .. Command, 0x75, 0x2e],
        ["bytes as a command"] = [.. Start, .. D1Message.Text("COMMAND"), .. D1Message.Bytes([76]), 0x75, 0x2e],
        ["bytes twice"] = [.. Start, .. D1Message.Text("FILE_DATA"), .. D1Message.Bytes([1]), .. D1Message.Bytes([1]), 0x75, 0x2e],
        ["bytes from the memo"] = [.. Start, .. D1Message.Text("FILE_DATA"), .. D1Message.Bytes([1]), .. D1Message.Text("COMMAND"), 0x68, 2, 0x75, 0x2e],
        ["too many members"] = [.. Start, .. Enumerable.Range(0, 17).SelectMany(i => (byte[])[.. D1Message.Text($"{i}"), 0x4e]), 0x75, 0x2e],

        ["a memo of nothing"] = [0x80, 4, 0x94, 0x2e],
        ["a memo of a mark"] = [.. Start, 0x94, .. Command, 0x75, 0x2e],
        ["an unknown memo"] = [.. Start, .. D1Message.Text("COMMAND"), 0x68, 9, 0x75, 0x2e],
        ["an unknown long memo"] = [.. Start, .. D1Message.Text("COMMAND"), 0x6a, 0xff, 0xff, 0xff, 0xff, 0x75, 0x2e],
        ["a memo bomb"] = [.. Start, 0x8c, 1, 65, 0x72, 0xff, 0xff, 0xff, 0x7f, 0x4e, 0x75, 0x2e],
        ["many memos"] = [.. Start, 0x8c, 1, 65, .. Enumerable.Repeat((byte)0x94, 100_000), 0x4e, 0x75, 0x2e],
        ["many memos of one number"] = [.. Start, 0x8c, 1, 65, .. Enumerable.Repeat<byte[]>([0x71, 1], 100_000).SelectMany(put => put), 0x4e, 0x75, 0x2e],

        ["a text of 4 GiB"] = [.. Start, 0x58, 0xff, 0xff, 0xff, 0xff, 65, 66],
        ["a text of 8 EiB"] = [.. Start, 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 65, 66],
        ["a text of 16 EiB"] = [.. Start, 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 65, 66],
        ["a text over 4 KiB"] = [.. Start, .. D1Message.Text(new string('x', 4097)), 0x4e, 0x75, 0x2e],
        ["a text beyond the frame"] = [.. Start, 0x8c, 10, 65],
        ["a text that is not UTF-8"] = [.. Start, 0x8c, 2, 0xc3, 0x28, 0x4e, 0x75, 0x2e],
        ["a text with half a character"] = [.. Start, .. D1Message.Text("FILENAME"), 0x8c, 3, 0xed, 0xa0, 0x80, 0x75, 0x2e],
        ["bytes beyond the frame"] = [.. Start, .. D1Message.Text("FILE_DATA"), 0x42, 0xff, 0xff, 0xff, 0xff, 65],
        ["bytes of 8 EiB"] = [.. Start, .. D1Message.Text("FILE_DATA"), 0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 65],
        ["bytes of 16 EiB"] = [.. Start, .. D1Message.Text("FILE_DATA"), 0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 65],

        ["a FRAME too long"] = [0x80, 4, 0x95, 0xff, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x2e],
        ["a FRAME of 16 EiB"] = [0x80, 4, 0x95, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7d, 0x2e],
        ["a FRAME of nothing"] = [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x2e],
        ["a FRAME that an opcode crosses"] = [0x80, 4, 0x95, 3, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x28, 0x8c, 1, 65, 0x4e, 0x75, 0x2e],
        ["a FRAME in a FRAME"] = [0x80, 4, 0x95, 11, 0, 0, 0, 0, 0, 0, 0, 0x95, 2, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x2e],
        ["many FRAMEs"] = [0x80, 4, .. Enumerable.Repeat<byte[]>([0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x7d], 1000).SelectMany(frame => frame)],
    };

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] Long(string text) => [0x58, (byte)text.Length, 0, 0, 0, .. Ascii(text), 0x71, 1];
}
