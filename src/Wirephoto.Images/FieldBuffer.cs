namespace Wirephoto.Images;

/// <summary>Gathers a field of a few bytes that may arrive in pieces; made once per inspection and used for one field after the other.</summary>
internal sealed class FieldBuffer(int capacity)
{
    private readonly byte[] bytes = new byte[capacity];
    private int count, length;

    /// <summary>Starts a new field of that many bytes, at most the capacity.</summary>
    public void Expect(int fieldLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fieldLength, bytes.Length);
        (count, length) = (0, fieldLength);
    }

    /// <summary>Takes what the field still lacks and returns how many bytes that was.</summary>
    public int Take(ReadOnlySpan<byte> input)
    {
        var taken = Math.Min(input.Length, length - count);
        input[..taken].CopyTo(bytes.AsSpan(count));
        count += taken;
        return taken;
    }

    /// <summary>Whether the field is whole.</summary>
    public bool IsFull => count == length;

    /// <summary>What there is of the field.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, count);
}
