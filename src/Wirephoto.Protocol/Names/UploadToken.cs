using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wirephoto.Protocol.Names;

/// <summary>The 128-bit token that a client chooses for an upload: 32 lower-case hexadecimal digits. Who knows it can go on with the upload.</summary>
public readonly record struct UploadToken(UInt128 Value)
{
    /// <summary>A token that nobody can guess.</summary>
    public static UploadToken New() => new(BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UploadToken token)
    {
        Span<byte> value = stackalloc byte[16];
        var valid = LowerHex.TryParse(text, value);
        token = valid ? new UploadToken(BinaryPrimitives.ReadUInt128BigEndian(value)) : default;
        return valid;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
