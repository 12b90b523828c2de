using System.Buffers.Binary;
using System.Text;

namespace Wirephoto.Server.Tests.Dialects.D1;

/// <summary>Frames of D1, put together and taken apart by hand and apart from the server's code.</summary>
sealed record D1Message(string? Command, string? Filename, string? Details, string? Status, byte[]? Data)
{
    public static byte[] List { get; } = Request("LIST", null, null);

    public static byte[] Put(string name, byte[] data) => Request("PUT", name, data);

    public static byte[] Get(string name) => Request("GET", name, null);

    /// <summary>What a client sends.</summary>
    public static byte[] Request(string? command, string? filename, byte[]? data) => new D1Message(command, filename, null, null, data).Frame();

    /// <summary>A length and a pickle.</summary>
    public static byte[] Frame(params byte[][] parts)
    {
        var pickle = parts.SelectMany(part => part).ToArray();
        var frame = new byte[4 + pickle.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)pickle.Length);
        pickle.CopyTo(frame, 4);
        return frame;
    }

    /// <summary>The pickle of a text, with its place in the memo.</summary>
    public static byte[] Text(string? text)
    {
        if (text is null) return [0x4e];
        var utf8 = Encoding.UTF8.GetBytes(text);
        return utf8.Length < 256 ? [0x8c, (byte)utf8.Length, .. utf8, 0x94] : [0x58, .. Little(utf8.Length), .. utf8, 0x94];
    }

    public static byte[] Bytes(byte[]? data) => data switch
    {
        null => [0x4e],
        { Length: < 256 } => [0x43, (byte)data.Length, .. data, 0x94],
        _ => [0x42, .. Little(data.Length), .. data, 0x94],
    };

    /// <summary>The members in the order they are given, as pickles of keys and values.</summary>
    public static byte[] Dictionary(params byte[][] members) => [0x80, 4, 0x7d, 0x94, 0x28, .. members.SelectMany(member => member), 0x75, 0x2e];

    /// <summary>Frame and all, as Python writes it up to 64 KiB.</summary>
    public byte[] Frame()
    {
        byte[] pickle =
        [
            .. Text("COMMAND"), .. Text(Command), .. Text("FILENAME"), .. Text(Filename), .. Text("DETAILS"), .. Text(Details),
            .. Text("STATUS"), .. Text(Status), .. Text("FILE_DATA"), .. Bytes(Data),
        ];
        return pickle.Length + 5 < 1 << 16
            ? Frame([0x80, 4, 0x95, .. Little(pickle.Length + 5), 0, 0, 0, 0, 0x7d, 0x94, 0x28], pickle, [0x75, 0x2e])
            : Frame([0x80, 4, 0x7d, 0x94, 0x28], pickle, [0x75, 0x2e]);
    }

    /// <summary>Reads the pickle of a reply.</summary>
    public static D1Message Parse(byte[] pickle)
    {
        var values = new List<object?>();
        for (var at = 2; pickle[at] != 0x2e;)
        {
            var opcode = pickle[at++];
            var size = opcode switch { 0x8c or 0x43 => pickle[at++], 0x58 or 0x42 => Take(pickle, ref at), _ => 0 };
            if (opcode is 0x8c or 0x58) values.Add(Encoding.UTF8.GetString(pickle, at, size));
            if (opcode is 0x43 or 0x42) values.Add(pickle[at..(at + size)]);
            if (opcode is 0x4e) values.Add(null);
            at += opcode == 0x95 ? 8 : size;
        }

        Assert.Equal(["COMMAND", "FILENAME", "DETAILS", "STATUS", "FILE_DATA"], values.Where((_, i) => i % 2 == 0));
        return new D1Message((string?)values[1], (string?)values[3], (string?)values[5], (string?)values[7], (byte[]?)values[9]);
    }

    static byte[] Little(int number) => BitConverter.GetBytes(number);

    static int Take(byte[] pickle, ref int at)
    {
        at += 4;
        return BitConverter.ToInt32(pickle, at - 4);
    }
}
