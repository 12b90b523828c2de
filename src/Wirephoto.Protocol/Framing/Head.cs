using System.Text.Json;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Framing;

/// <summary>
/// The members of a head that <see cref="HeadParser"/> accepted, or of an object inside it. Every getter throws
/// <see cref="ErrorCode.BadRequest"/> when the member has another type than the protocol gives it; getters without <c>Optional</c>, also when it is missing.
/// </summary>
public readonly struct Head
{
    readonly JsonElement element;

    internal Head(JsonElement element) => this.element = element;

    /// <summary>Whether there is such a member.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out _);

    /// <summary>Whether there is such a member and it is a text.</summary>
    public bool IsText(string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    /// <summary>A text.</summary>
    public string Text(string name, int maxChars = ProtocolLimits.HeadBytes) => OptionalText(name, maxChars) ?? throw Missing(name);

    /// <summary>A text, or null without the member.</summary>
    public string? OptionalText(string name, int maxChars = ProtocolLimits.HeadBytes)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw Wrong(name, "a text");
        var text = value.GetString()!;
        return text.Length <= maxChars ? text : throw Wrong(name, $"at most {maxChars} characters long");
    }

    /// <summary>A whole number in 0..2^53-1.</summary>
    public long Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>A whole number in 0..2^53-1, or null without the member.</summary>
    public long? OptionalNumber(string name)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Number ? value.GetInt64() : throw Wrong(name, "a number");
    }

    /// <summary>true or false, or null without the member.</summary>
    public bool? OptionalFlag(string name)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false");
    }

    /// <summary>A SHA-256 digest.</summary>
    public Digest Digest(string name) => OptionalDigest(name) ?? throw Missing(name);

    /// <summary>A SHA-256 digest, or null without the member.</summary>
    public Digest? OptionalDigest(string name)
    {
        if (OptionalText(name) is not { } text) return null;
        return Protocol.Digest.TryParse(text, out var digest) ? digest : throw Wrong(name, "64 lower-case hexadecimal digits");
    }

    /// <summary>An upload token.</summary>
    public UploadToken Token(string name) =>
        UploadToken.TryParse(Text(name), out var token) ? token : throw Wrong(name, "32 lower-case hexadecimal digits");

    /// <summary>A time (RFC 3339, UTC), or null without the member.</summary>
    public DateTimeOffset? OptionalTime(string name)
    {
        if (OptionalText(name) is not { } text) return null;
        return WireTime.TryParse(text, out var time) ? time : throw Wrong(name, "a time like 2026-11-20T12:18:39.5Z");
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name, int most) => List(name, most, item => item.ValueKind == JsonValueKind.String ? item.GetString() : null, "texts");

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<long> Numbers(string name, int most) =>
        [.. List(name, most, item => item.ValueKind == JsonValueKind.Number ? (long?)item.GetInt64() : null, "numbers").Select(n => n!.Value)];

    /// <summary>A list of SHA-256 digests.</summary>
    public IReadOnlyList<Digest> Digests(string name, int most) =>
        [.. Texts(name, most).Select(text => Protocol.Digest.TryParse(text, out var digest) ? digest : throw Wrong(name, "a list of SHA-256 digests"))];

    /// <summary>An object.</summary>
    public Head Nested(string name)
    {
        if (!element.TryGetProperty(name, out var value)) throw Missing(name);
        return value.ValueKind == JsonValueKind.Object ? new Head(value) : throw Wrong(name, "an object");
    }

    /// <summary>The request's <c>id</c>, or null without one.</summary>
    public RequestId? Id
    {
        get
        {
            if (!element.TryGetProperty("id", out var value)) return null;
            if (value.ValueKind == JsonValueKind.Number) return new RequestId(value.GetInt64(), null);
            return new RequestId(null, Text("id", ProtocolLimits.IdChars));
        }
    }

    List<T> List<T>(string name, int most, Func<JsonElement, T?> read, string what)
    {
        if (!element.TryGetProperty(name, out var value)) throw Missing(name);
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, $"a list of {what}");
        if (value.GetArrayLength() > most) throw Wrong(name, $"a list of at most {most} {what}");
        var list = new List<T>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray()) list.Add(read(item) ?? throw Wrong(name, $"a list of {what}"));
        return list;
    }

    static WirephotoException Missing(string name) => new(ErrorCode.BadRequest, $"the member '{name}' is missing");

    static WirephotoException Wrong(string name, string expected) => new(ErrorCode.BadRequest, $"the member '{name}' must be {expected}");
}
