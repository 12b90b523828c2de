using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Options;

/// <summary>The configuration file: one JSON object whose members are the options of the command line, so that both go by the same rules.</summary>
static class ConfigFile
{
    static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>The file's options as command line words, without those that the command line has itself.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>.</exception>
    public static IEnumerable<string> MissingArguments(FileInfo file, RootCommand root, ParseResult given, Argument port)
    {
        foreach (var member in Read(file).EnumerateObject())
        {
            if (member.Name == port.Name)
            {
                if (given.GetResult(port) is not { Tokens.Count: > 0 }) yield return Word(member);
                continue;
            }

            var option = root.Options.FirstOrDefault(o => o.Name == "--" + member.Name && member.Name is not ("config" or "help" or "version"))
                ?? throw Wrong($"'{member.Name}' in {file.Name} is not an option");
            if (given.GetResult(option) is OptionResult { Implicit: false }) continue;
            if (option.ValueType == typeof(bool?) && member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                throw Wrong($"'{member.Name}' in {file.Name} must be true or false");
            yield return option.Name;
            yield return Word(member);
        }
    }

    static JsonElement Read(FileInfo file)
    {
        try
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(file.FullName), Lenient).RootElement;
            return root.ValueKind == JsonValueKind.Object ? root : throw Wrong($"{file.Name} must hold one JSON object");
        }
        catch (JsonException e)
        {
            throw Wrong($"{file.Name} is not valid JSON, at line {e.LineNumber + 1}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the configuration can't be read: {e.Message}");
        }
    }

    static string Word(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString()!,
        JsonValueKind.Number => member.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => string.Join(',', member.Value.EnumerateArray().Select(item => item.ToString())),
        _ => throw Wrong($"'{member.Name}' in the configuration must be a text, a number, true or false"),
    };

    static WirephotoException Wrong(string message) => new(ErrorCode.Usage, message);
}
