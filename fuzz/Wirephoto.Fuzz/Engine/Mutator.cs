using System.Buffers.Binary;

namespace Wirephoto.Fuzz.Engine;

/// <summary>Makes new inputs of known ones: a few changes, then perhaps the repair that leads behind lengths and checksums.</summary>
public sealed class Mutator(FuzzTarget target, IReadOnlyList<byte[]> corpus, Random random)
{
    static readonly long[] Edges = [0, 1, 2, 7, 8, 9, 31, 32, 127, 128, 255, 256, 4095, 4096, 65535, 65536, int.MaxValue, uint.MaxValue, (1L << 53) - 1, 1L << 53, long.MaxValue, -1];

    /// <summary>The next input.</summary>
    public FuzzInput Next()
    {
        var seed = corpus[random.Next(corpus.Count)];
        var payload = seed.AsSpan(Math.Min(FuzzInput.CutBytes, seed.Length)).ToArray().ToList();
        for (var changes = random.Next(1, random.Next(2, 7)); changes > 0; changes--) Change(payload);
        if (payload.Count > target.MostBytes) payload.RemoveRange(target.MostBytes, payload.Count - target.MostBytes);
        byte[] bytes = [.. payload];
        if (random.Next(4) != 0) bytes = target.Repair(bytes, random);
        return new FuzzInput([.. Cuts(), .. bytes]);
    }

    // In one piece, byte by byte, and everything between.
    byte[] Cuts() => random.Next(4) switch
    {
        0 => [0, 0],
        1 => [1, 0],
        _ => [(byte)random.Next(2, random.Next(3, 256)), (byte)random.Next(256)],
    };

    void Change(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var count = Math.Min(random.Next(3) == 0 ? random.Next(1, 200) : random.Next(1, 9), bytes.Count - at);
        switch (random.Next(12))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, count);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, count));
                break;
            case 4:
                Splice(bytes, at);
                break;
            case 5:
                Number(bytes, at);
                break;
            case 6 when random.Next(8) == 0:
                Repeat(bytes, at, count);
                break;
            case 7 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 8 when at + count <= bytes.Count && count > 1:
                bytes.Reverse(at, count);
                break;
            default:
                if (target.Tokens.Count > 0) Token(bytes, at);
                break;
        }
    }

    void Splice(List<byte> bytes, int at)
    {
        var other = corpus[random.Next(corpus.Count)];
        if (other.Length <= FuzzInput.CutBytes) return;
        var from = random.Next(FuzzInput.CutBytes, other.Length);
        bytes.InsertRange(at, other[from..random.Next(from, other.Length + 1)]);
    }

    void Number(List<byte> bytes, int at)
    {
        var size = 1 << random.Next(4);
        if (at + size > bytes.Count) return;
        var field = new byte[8];
        var edge = Edges[random.Next(Edges.Length)] + random.Next(-1, 2);
        var little = random.Next(3) == 0;
        if (little) BinaryPrimitives.WriteInt64LittleEndian(field, edge);
        else BinaryPrimitives.WriteInt64BigEndian(field, edge);
        for (var i = 0; i < size; i++) bytes[at + i] = little ? field[i] : field[8 - size + i];
    }

    void Repeat(List<byte> bytes, int at, int count)
    {
        var block = bytes.GetRange(at, count);
        for (var times = random.Next(2, 400); times > 0 && block.Count > 0 && bytes.Count < target.MostBytes; times--) bytes.InsertRange(at, block);
    }

    void Token(List<byte> bytes, int at)
    {
        var token = target.Tokens[random.Next(target.Tokens.Count)];
        if (random.Next(3) == 0) bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
        bytes.InsertRange(at, token);
    }
}
