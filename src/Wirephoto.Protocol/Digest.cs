using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wirephoto.Protocol;

/// <summary>A SHA-256 digest: the number that <c>sha256sum</c> prints, 64 lower-case hexadecimal digits.</summary>
public readonly struct Digest : IEquatable<Digest>
{
    /// <summary>Bytes in a digest.</summary>
    public const int Size = 32;

    readonly Bytes bytes;

    /// <summary>Takes over the 32 bytes of a digest.</summary>
    public Digest(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, Size, nameof(value));
        value.CopyTo(bytes);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        Span<byte> value = stackalloc byte[Size];
        var valid = LowerHex.TryParse(text, value);
        digest = valid ? new Digest(value) : default;
        return valid;
    }

    /// <summary>Reads 64 lower-case hexadecimal digits in ASCII.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Digest digest)
    {
        Span<byte> value = stackalloc byte[Size];
        var valid = LowerHex.TryParse(text, value);
        digest = valid ? new Digest(value) : default;
        return valid;
    }

    /// <summary>Writes 64 lower-case hexadecimal digits in ASCII.</summary>
    public void Format(Span<byte> text) => Convert.TryToHexStringLower(bytes, text, out _);

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray() => ((ReadOnlySpan<byte>)bytes).ToArray();

    /// <inheritdoc/>
    public bool Equals(Digest other) => ((ReadOnlySpan<byte>)bytes).SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    // Any four bytes of a cryptographic digest are as good a hash code as all of them.
    public override int GetHashCode() => MemoryMarshal.Read<int>(bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(bytes);

    /// <summary>Whether two digests are the same.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    [InlineArray(Size)]
    struct Bytes
    {
        byte first;
    }
}
