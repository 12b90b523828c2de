using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Protocol.Framing;

/// <summary>
/// Accepts a head or says <see cref="ErrorCode.BadHead"/>: exactly one JSON object, valid UTF-8, no member twice, at most
/// <see cref="ProtocolLimits.HeadDepth"/> deep, every number a plain integer in 0..2^53-1. Source: docs/protocol.md, "Heads".
/// </summary>
public static class HeadParser
{
    /// <summary>What every head begins with.</summary>
    internal const byte FirstByte = (byte)'{';

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = ProtocolLimits.HeadDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a head; the bytes must stay as they are for as long as it is used.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>, with the rule.</exception>
    public static Head Parse(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < 2 || span[0] != FirstByte || span[^1] != '}') throw NoObject();
        if (!Utf8.IsValid(span)) throw Bad("the head is not valid UTF-8");

        try
        {
            // The document is not disposed: it lends memory from a pool only when it parses a sequence or a stream.
            var root = JsonDocument.Parse(bytes, Strict).RootElement;
            Check(root, escapes: span.Contains((byte)'\\'));
            return new Head(root);
        }
        catch (JsonException e)
        {
            throw Bad(Rule(e.Message));
        }
        catch (InvalidOperationException)
        {
            // What the document throws for an escape such as \ud800 that stands for half a character.
            throw Bad("a text holds half a character (a lone surrogate)");
        }
    }

    /// <summary>The refusal of what does not begin or end as a head does.</summary>
    internal static WirephotoException NoObject() => Bad("a head begins with '{' and ends with '}'");

    // The message about a duplicate quotes the member's name, so that one is told apart by how it begins.
    static string Rule(string message) =>
        message.StartsWith("Duplicate", StringComparison.Ordinal) ? "a member stands twice in one object"
        : message.Contains("depth", StringComparison.Ordinal) ? $"the head is nested more than {ProtocolLimits.HeadDepth} deep"
        : "the head is not one JSON object";

    static void Check(JsonElement element, bool escapes)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number when !IsPlainInteger(JsonMarshal.GetRawUtf8Value(element)):
                throw Bad("a number is not a plain integer in 0..2^53-1");
            case JsonValueKind.String when escapes:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Check(item, escapes);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (escapes) _ = member.Name;
                    Check(member.Value, escapes);
                }

                break;
        }
    }

    static bool IsPlainInteger(ReadOnlySpan<byte> digits) =>
        digits.Length <= 16
        && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) <= ProtocolLimits.Number;

    static WirephotoException Bad(string rule) => new(ErrorCode.BadHead, rule);
}
