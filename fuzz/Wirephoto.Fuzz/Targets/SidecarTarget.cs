using System.Text;
using System.Text.Json;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage;
using Wirephoto.Storage.Folder;
using Verdict = Wirephoto.Fuzz.Engine.Verdict;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The files beside unfinished uploads, which a crash or another program may have left in any state.</summary>
public sealed class SidecarTarget : FuzzTarget
{
    const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    /// <inheritdoc/>
    public override string Name => "sidecar";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        $$"""{"name":"iceland/cat.jpg","length":123,"digest":"{{Digest}}","modified":"2026-11-20T12:18:39+00:00","owner":""}""",
        """{"name":"a.png","length":0,"digest":null,"modified":null,"owner":"anna"}""",
        "{}", "[]", "null", "",
    ]).Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["{", "}", "[", "]", "\"", ",", ":", "null", "true", "-1", "1e3", "1.0", "9223372036854775807", "9223372036854775808", "\"name\":", "\"length\":", "\"owner\":", "\"digest\":", "\\u0000", "../", "\\ud800", "é", $"\"{Digest}\""]).Select(Encoding.UTF8.GetBytes), [0xff]];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input) => ValueTask.FromResult(Sidecar.Parse(input.Payload, ImageTypes.Default) is { } intent
        ? Verdict.Of($"{intent.Digest is not null} {intent.Modified is not null} {intent.Length > int.MaxValue} {intent.Owner.Length == 0}", intent)
        : new Verdict("refused", input.Payload.Length == 0 ? "empty" : $"refused {(char)input.Payload[0]}"));

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        if (verdict.Value is not UploadIntent intent) return ValueTask.CompletedTask;
        using var json = JsonDocument.Parse(input.Payload, new JsonDocumentOptions { AllowDuplicateProperties = true });
        FindingException.Unless(SlowName.Image(intent.Name.Text) == Verdict.Yes, "the name breaks a rule");
        FindingException.Unless(intent.Length >= 0 && intent.Resumable, "the length or the kind makes no sense");
        FindingException.Unless(Member(json, "name")?.GetString() == intent.Name.Text, "the name is another one");
        FindingException.Unless(Member(json, "length")?.GetInt64() == intent.Length, "the length is another one");
        FindingException.Unless(Member(json, "digest")?.GetString() == intent.Digest?.ToString(), "the digest is another one");
        FindingException.Unless(Member(json, "owner")?.GetString() == intent.Owner, "the owner is another one");
        return ValueTask.CompletedTask;
    }

    // Of several with one name the last.
    static JsonElement? Member(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value : null;
}
