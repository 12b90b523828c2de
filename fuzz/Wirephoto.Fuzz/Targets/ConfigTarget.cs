using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Options;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The server's configuration file, through the same options as the command line.</summary>
public sealed class ConfigTarget : FuzzTarget, IDisposable
{
    readonly string file = Path.GetTempFileName();

    /// <inheritdoc/>
    public override string Name => "config";

    /// <inheritdoc/>
    public override int TestInputs => 300;

    // The command line is parsed twice, by a library that is made for people.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (2 << 20) + (4096L * payload);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        """{"port": 5000, "folder": "/tmp", "open": true, "types": ["jpg", "png"], "max-size": "8GiB"}""",
        """{"port": "1", "max-clients": 10, "log": "json", "dialects": "none", "bind": "::1"} // end""",
        """{"port": 5000, "session-port": 12345, "session-clients": 3, "dialects": "d1,d4", "accept": "name",}""",
        "{}", "[]", "", "{\"port\": 5000, \"nothing\": 1}", "{\"port\": 5000, \"folder\": \"@file\"}",
    ]).Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["{", "}", "[", "]", "\"", ",", ":", "null", "true", "false", "-1", "0", "65536", "1e9", "\"port\":", "\"open\":", "\"types\":", "\"config\":", "\"help\":", "\"max-size\":", "\"bind\":", "@", "--", "--open", "[parse]", "[suggest]", "=", "/*", "*/", "//", "GiB", "99999999999999999TB", "\\u0000", "1.5"]).Select(Encoding.UTF8.GetBytes), [0xff]];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        File.WriteAllBytes(file, input.Payload);
        try
        {
            var options = new ServerCommand().Read(["--config", file]);
            return ValueTask.FromResult(Verdict.Of($"{options.Open} {options.Log} {options.Accept} {options.Dialects.Count} {options.SessionPort is null} {options.Types.All.Count} {options.Bind?.AddressFamily}", options));
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.Usage)
        {
            return ValueTask.FromResult(Verdict.Of(refusal));
        }
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        if (verdict.Value is not ServerOptions options) return ValueTask.CompletedTask;
        var json = JsonNode.Parse(input.Payload, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        FindingException.Unless(options.Port is >= 1 and <= 65535 && Number(json["port"]) == options.Port, "the port is another one");
        FindingException.Unless(options.Open == (json["open"]?.GetValue<bool>() ?? false), "the server is open to others against the file");
        FindingException.Unless(options.Folder == (json["folder"]?.ToString() ?? Directory.GetCurrentDirectory()), "the folder is another one");
        FindingException.Unless(json["max-clients"] is not { } clients || Number(clients) == options.Limits.Clients, "the number of clients is another one");
        return ValueTask.CompletedTask;
    }

    // Digits as a number or a text, with zeros in front or not.
    static int? Number(JsonNode? node) => node is null ? null : int.Parse(node.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => File.Delete(file);
}
