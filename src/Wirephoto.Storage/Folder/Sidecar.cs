using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The small file beside the bytes of a resumable upload that says what they shall become, for the server's next life.</summary>
sealed record Sidecar(string Name, long Length, string? Digest, DateTimeOffset? Modified, string Owner)
{
    /// <summary>The ending of its name behind the token.</summary>
    public const string Ending = ".json";

    // Longer than any sidecar we write: names have 1,024 bytes at most, and JSON may need six for each.
    const int MaxBytes = 64 * 1024;

    /// <summary>Writes the sidecar of a token, in place of an older one, whole or not at all.</summary>
    public static void Write(DiskFolder incoming, UploadToken token, UploadIntent intent)
    {
        var sidecar = new Sidecar(intent.Name.Text, intent.Length, intent.Digest?.ToString(), intent.Modified, intent.Owner);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(sidecar, SidecarJson.Default.Sidecar);
        var fresh = token + Ending + ".new";
        incoming.Unlink(fresh);
        using (var file = incoming.OpenFile(fresh, FileUse.Create)) file.Write(bytes, 0);
        CrashPoints.Reach(CrashPoint.BeginSidecarWritten);
        incoming.Rename(fresh, token + Ending);
        CrashPoints.Reach(CrashPoint.BeginSidecarNamed);
    }

    /// <summary>Reads the sidecar of a token; null when there is none, or none that makes sense.</summary>
    public static (UploadIntent Intent, DateTimeOffset Touched)? Read(DiskFolder incoming, UploadToken token, ImageTypes types)
    {
        if (incoming.Stat(token + Ending) is not { IsFile: true, Length: <= MaxBytes } stat) return null;
        using var file = incoming.OpenFile(token + Ending, FileUse.Read);
        var bytes = new byte[MaxBytes];
        return Parse(bytes.AsSpan(0, file.Read(bytes, 0)), types) is { } intent ? (intent, stat.Modified) : null;
    }

    /// <summary>What a sidecar says; null when it makes no sense.</summary>
    internal static UploadIntent? Parse(ReadOnlySpan<byte> bytes, ImageTypes types)
    {
        try
        {
            if (!Utf8.IsValid(bytes)) return null;
            if (JsonSerializer.Deserialize(bytes, SidecarJson.Default.Sidecar) is not { Name: not null, Owner: not null, Length: >= 0 } sidecar) return null;
            if (!ImageName.TryParse(sidecar.Name, types, out var name)) return null;
            Digest? digest = null;
            if (sidecar.Digest is not null)
            {
                if (!Protocol.Digest.TryParse(sidecar.Digest, out var parsed)) return null;
                digest = parsed;
            }

            return new UploadIntent(name, sidecar.Length, digest, sidecar.Modified, sidecar.Owner, Resumable: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The JSON of sidecars, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Sidecar))]
sealed partial class SidecarJson : JsonSerializerContext;
