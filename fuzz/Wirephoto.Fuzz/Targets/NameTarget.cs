using System.Runtime.InteropServices;
using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Names of images and folders, and their keys. The payload is UTF-8, or UTF-16 (half characters too) when it is cut byte by byte.</summary>
public sealed class NameTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "names";

    /// <inheritdoc/>
    public override int MostBytes => 2200;

    // A key is made by way of four strings, each of which may be three times as long.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (64 << 10) + (256L * payload);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => FrozenVectors.Of("name");

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. ((string[])["/", "//", ".", "..", "../", "\\", " ", ".jpg", ".PNG", ".jpeg", ".wirephoto/", "con", "NUL", "com1", "lpt¹", "conin$", "\u0000", "\u007f", "\u0085", "\u2028", "\u202e",
            "\u2066", "\ufeff", "\uffff", "\ufdd0", "\U0001fffe", "é", "e\u0301", "İ", "ı", "ß", "ς", "Σ", "ﬁ", "\u1fb3", "가", "\u0345", "📷", "\u0300\u0301\u0302", "K", "Å", "ǅ"])
            .Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var text = TextOf(input);
        var key = NameKey.Of(text);
        var folder = Try(() => FolderName.Parse(text).Text);
        try
        {
            var name = ImageName.Parse(text, ImageTypes.Default);
            FindingException.Unless(name.Key == key, "a name has two keys");
            return ValueTask.FromResult(Verdict.Of($"{Math.Min(name.Text.Count(c => c == '/'), 4)} {name.Extension} {key == text}", new Read(name, folder)));
        }
        catch (WirephotoException refusal) when (refusal.Code is ErrorCode.BadName or ErrorCode.UnsupportedType)
        {
            return ValueTask.FromResult(Verdict.Of(refusal) with { Value = new Read(null, folder) });
        }
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var text = TextOf(input);
        var (name, folder) = (Read)verdict.Value!;
        FindingException.Unless(SlowName.Image(text) == verdict.Code, $"the slow rule says {SlowName.Image(text)}");
        var expected = SlowName.Folder(text);
        FindingException.Unless(expected == folder, $"the slow rule gives the folder '{expected}'");
        if (name is null) return ValueTask.CompletedTask;

        FindingException.Unless(name.Text == text && (name.Folder.Length == 0 ? name.FileName : name.Folder + "/" + name.FileName) == text, "the name is another one");
        FindingException.Unless(NameKey.Of(name.Key) == name.Key, "the key of a key is another one");
        FindingException.Unless(NameKey.Of(text.Normalize(NormalizationForm.FormD)) == name.Key, "the decomposed form has another key");
        var path = Path.GetFullPath(Path.Combine("/photos", text));
        FindingException.Unless(path == "/photos/" + text, $"the name leads to {path}");
        return ValueTask.CompletedTask;
    }

    static string TextOf(FuzzInput input) => input.Bytes.Length > 0 && input.Bytes[0] == 1
        ? new string(MemoryMarshal.Cast<byte, char>(input.Payload))
        : Encoding.UTF8.GetString(input.Payload);

    static string? Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadName)
        {
            return null;
        }
    }

    sealed record Read(ImageName? Name, string? Folder);
}
