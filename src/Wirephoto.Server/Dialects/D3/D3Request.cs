using System.Text;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Server.Dialects.D3;

/// <summary>What a D3 client asks for.</summary>
enum D3Verb
{
    /// <summary>The names of all images.</summary>
    List,

    /// <summary>An image.</summary>
    Get,

    /// <summary>To store an image.</summary>
    Put,

    /// <summary>"invalid": nothing; an error of the client's own.</summary>
    Nothing,
}

/// <summary>
/// A request has no end of its own: arguments, each with a space behind it, and a name may hold spaces. So a name ends at the first space
/// behind an accepted extension.
/// </summary>
/// <param name="Verb">What is asked for.</param>
/// <param name="Name">The bytes of the name.</param>
/// <param name="Length">Bytes up to and with the space behind the name.</param>
/// <param name="Certain">False: it ends in a space, but more of a name may still follow.</param>
sealed record D3Request(D3Verb Verb, byte[] Name, int Length, bool Certain)
{
    /// <summary>The first byte that no text has: it begins the length of a put, which is therefore capped at 512 MiB.</summary>
    public const byte FirstTextByte = 0x20;

    const int VerbBytes = 4;
    const int LongestExtension = 17;

    /// <summary>Reads a request that <see cref="FirstBytes"/> recognised; null: more of it must come.</summary>
    public static D3Request? Parse(ReadOnlySpan<byte> bytes, ImageTypes types)
    {
        if (bytes.StartsWith("list "u8)) return new(D3Verb.List, [], "list ".Length, Certain: true);
        if (bytes.StartsWith("invalid"u8)) return new(D3Verb.Nothing, [], "invalid".Length, Certain: true);
        if (bytes.Length <= VerbBytes) return null;

        var verb = bytes[0] == (byte)'g' ? D3Verb.Get : D3Verb.Put;
        var end = bytes[VerbBytes..].IndexOfAnyInRange((byte)0, (byte)(FirstTextByte - 1));
        var text = end < 0 ? bytes[VerbBytes..] : bytes.Slice(VerbBytes, end);
        if (NameEnd(text, types) is { } name) return new(verb, text[..name].ToArray(), VerbBytes + name + 1, Certain: true);
        if (end >= 0) return new(verb, text.ToArray(), VerbBytes + end, Certain: true);
        return text[^1] == (byte)' ' ? new(verb, text[..^1].ToArray(), bytes.Length, Certain: false) : null;
    }

    /// <summary>Whether a listed name comes back whole from a request, and so can be fetched.</summary>
    public static bool CanName(string name, ImageTypes types)
    {
        var text = Encoding.UTF8.GetBytes(name + " ");
        return NameEnd(text, types) == text.Length - 1;
    }

    static int? NameEnd(ReadOnlySpan<byte> text, ImageTypes types)
    {
        Span<char> last = stackalloc char[LongestExtension];
        for (var at = text.IndexOf((byte)' '); at >= 0;)
        {
            var tail = text[Math.Max(0, at - LongestExtension)..at];
            Encoding.Latin1.GetChars(tail, last);
            if (types.Accepts(last[..tail.Length])) return at;
            var next = text[(at + 1)..].IndexOf((byte)' ');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return null;
    }
}
