using System.Buffers.Binary;
using System.Text;

namespace Wirephoto.Fuzz.SlowRules;

/// <summary>A pickle machine with a real stack and memo, over all of the bytes (pickletools describes the opcodes), for dictionaries of text, bytes and None.</summary>
sealed class SlowPickle
{
    static readonly object Mark = new();

    readonly Stack<object?> stack = new();
    readonly Dictionary<long, object?> memo = [];
    readonly byte[] bytes;
    int at = 2;

    SlowPickle(byte[] bytes) => this.bytes = bytes;

    /// <summary>The dictionary; null when the bytes are no such pickle.</summary>
    public static Dictionary<string, object?>? Read(byte[] bytes)
    {
        try
        {
            return bytes is [0x80, >= 2 and <= 5, ..] ? new SlowPickle(bytes).Run() : null;
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            return null;
        }
    }

    Dictionary<string, object?>? Run()
    {
        while (true)
        {
            var opcode = bytes[at++];
            if (opcode == (byte)'.') return at == bytes.Length && stack.Count == 1 ? (Dictionary<string, object?>?)stack.Pop() : null;
            if (!Step(opcode)) return null;
        }
    }

    bool Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x95: Take(8); break;
            case (byte)'}': stack.Push(new Dictionary<string, object?>()); break;
            case (byte)'(': stack.Push(Mark); break;
            case (byte)'N': stack.Push(null); break;
            case 0x8c: stack.Push(Text(Number(1))); break;
            case (byte)'X': stack.Push(Text(Number(4))); break;
            case 0x8d: stack.Push(Text(Number(8))); break;
            case (byte)'C': stack.Push(Take(Number(1)).ToArray()); break;
            case (byte)'B': stack.Push(Take(Number(4)).ToArray()); break;
            case 0x8e: stack.Push(Take(Number(8)).ToArray()); break;
            case 0x94: memo[memo.Count] = stack.Peek(); break;
            case (byte)'q': memo[Number(1)] = stack.Peek(); break;
            case (byte)'r': memo[Number(4)] = stack.Peek(); break;
            case (byte)'h': stack.Push(memo[Number(1)]); break;
            case (byte)'j': stack.Push(memo[Number(4)]); break;
            case (byte)'s': SetItems([stack.Pop(), stack.Pop()]); break;
            case (byte)'u': SetItems(ToMark()); break;
            default: return false;
        }

        return true;
    }

    // The newest first, as they come off the stack.
    void SetItems(List<object?> items)
    {
        var dictionary = stack.Peek() as Dictionary<string, object?> ?? throw new InvalidOperationException();
        for (var i = items.Count - 1; i > 0; i -= 2) dictionary.Add(items[i] as string ?? throw new InvalidOperationException(), items[i - 1]);
        if (items.Count % 2 != 0) throw new InvalidOperationException();
    }

    List<object?> ToMark()
    {
        var items = new List<object?>();
        while (stack.Pop() is var item && item != Mark) items.Add(item);
        return items;
    }

    string Text(long size) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Take(size));

    long Number(int size)
    {
        var field = new byte[8];
        Take(size).CopyTo(field);
        return checked((long)BinaryPrimitives.ReadUInt64LittleEndian(field));
    }

    ReadOnlySpan<byte> Take(long size)
    {
        at = checked((int)(at + size));
        return bytes.AsSpan((int)(at - size), (int)size);
    }
}
