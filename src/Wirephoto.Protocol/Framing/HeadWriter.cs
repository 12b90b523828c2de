using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Framing;

/// <summary>
/// Writes heads, length included, one after the other into memory of its own. Members with a null value are left out.
/// </summary>
/// <remarks><code>
/// +--------+--------+-----------------------+
/// | length, uint16  | { JSON, length bytes } |
/// | big-endian      |                       |
/// +--------+--------+-----------------------+
/// </code></remarks>
public sealed class HeadWriter : IDisposable
{
    // Names stay readable in a packet capture instead of turning into \u escapes.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    const int UsualHead = 512;
    const int LargeHead = 4096;

    ArrayBufferWriter<byte> buffer = new(UsualHead);
    readonly Utf8JsonWriter json;

    /// <summary>A writer with nothing written.</summary>
    public HeadWriter() => json = new Utf8JsonWriter(buffer, Options);

    /// <summary>Bytes of memory that it holds.</summary>
    internal int Capacity => buffer.Capacity;

    /// <summary>Forgets what was written, and the memory that an unusually long head has taken.</summary>
    public void Trim()
    {
        if (buffer.Capacity > LargeHead) buffer = new ArrayBufferWriter<byte>(UsualHead);
    }

    /// <summary>Starts a head.</summary>
    public void Start()
    {
        buffer.ResetWrittenCount();
        buffer.Write<byte>([0, 0]);
        json.Reset(buffer);
        json.WriteStartObject();
    }

    /// <summary>Ends the head; the bytes, its length included, are good until the next <see cref="Start"/>.</summary>
    /// <exception cref="InvalidOperationException">The head is longer than a head can be: its members should have been limited.</exception>
    public ReadOnlyMemory<byte> End()
    {
        json.WriteEndObject();
        json.Flush();
        var length = buffer.WrittenCount - 2;
        if (length > ProtocolLimits.HeadBytes) throw new InvalidOperationException($"a head of {length} bytes does not fit its length");
        BinaryPrimitives.WriteUInt16BigEndian(System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory).Span, (ushort)length);
        return buffer.WrittenMemory;
    }

    /// <summary>Starts a line of a listing, a JSON object without a length before it.</summary>
    public void StartLine()
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
    }

    /// <summary>Ends the line with its line feed; the bytes are good until the next start.</summary>
    public ReadOnlyMemory<byte> EndLine()
    {
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Adds a text.</summary>
    public void Text(string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    /// <summary>Adds a number.</summary>
    public void Number(string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    /// <summary>Adds true or false.</summary>
    public void Flag(string name, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(name, flag);
    }

    /// <summary>Adds a digest.</summary>
    public void Digest(string name, Digest? value) => Text(name, value?.ToString());

    /// <summary>Adds an upload token.</summary>
    public void Token(string name, UploadToken value) => Text(name, value.ToString());

    /// <summary>Adds a time.</summary>
    public void Time(string name, DateTimeOffset? value)
    {
        if (value is not { } time) return;
        Span<byte> text = stackalloc byte[WireTime.Longest];
        json.WriteString(name, text[..WireTime.Format(time, text)]);
    }

    /// <summary>Adds a list of texts.</summary>
    public void Texts(string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Adds a list of numbers.</summary>
    public void Numbers(string name, IEnumerable<long>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    /// <summary>Adds an object with the members that <paramref name="write"/> adds.</summary>
    public void Nested(string name, Action<HeadWriter> write)
    {
        json.WriteStartObject(name);
        write(this);
        json.WriteEndObject();
    }

    /// <summary>Adds a request's <c>id</c>.</summary>
    public void Id(RequestId? id)
    {
        Number("id", id?.Number);
        Text("id", id?.Text);
    }

    /// <inheritdoc/>
    public void Dispose() => json.Dispose();
}
