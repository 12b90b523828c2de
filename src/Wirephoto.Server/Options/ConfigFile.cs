using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Unicode;
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
        foreach (var (name, value, word) in Read(file))
        {
            if (name == port.Name)
            {
                // A word that begins like an option would be one.
                if (!word.All(char.IsAsciiLetterOrDigit)) throw Wrong($"'{word}' in {file.Name} is not a port: it must be a number from 1 to 65535");
                if (given.GetResult(port) is not { Tokens.Count: > 0 }) yield return word;
                continue;
            }

            var option = root.Options.FirstOrDefault(o => o.Name == "--" + name && name is not ("config" or "help" or "version"))
                ?? throw Wrong($"'{name}' in {file.Name} is not an option");
            if (given.GetResult(option) is OptionResult { Implicit: false }) continue;
            if (option.ValueType == typeof(bool?) && value is not (JsonValueKind.True or JsonValueKind.False))
                throw Wrong($"'{name}' in {file.Name} must be true or false");
            if (word.Length == 0) throw Wrong($"'{name}' in {file.Name} is empty");

            // In one word: a value that begins with '-' or '@' must not mean anything else.
            yield return $"{option.Name}={word}";
        }
    }

    static List<(string Name, JsonValueKind Kind, string Word)> Read(FileInfo file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file.FullName);
            if (!Utf8.IsValid(bytes)) throw Wrong($"{file.Name} is not valid UTF-8");
            var root = JsonDocument.Parse(bytes, Lenient).RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Wrong($"{file.Name} must hold one JSON object");
            return [.. root.EnumerateObject().Select(member => (member.Name, member.Value.ValueKind, Word(member)))];
        }
        catch (JsonException e)
        {
            throw Wrong($"{file.Name} is not valid JSON, at line {e.LineNumber + 1}");
        }
        catch (InvalidOperationException)
        {
            // What a text with an escape such as \ud800 throws when it is read.
            throw Wrong($"a text in {file.Name} holds half a character (a lone surrogate)");
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
