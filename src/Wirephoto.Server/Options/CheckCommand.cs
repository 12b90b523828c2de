using System.CommandLine;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Options;

/// <summary>What was asked for on the command line of a check.</summary>
/// <param name="Serving">How the folder is served: where it is and what an image is.</param>
/// <param name="Json">Whether findings are JSON objects.</param>
/// <param name="Quiet">Whether only findings are told.</param>
public sealed record CheckOptions(ServerOptions Serving, bool Json, bool Quiet);

/// <summary>The command line of <c>wirephotod check</c>. What an image is goes by the options of the server, and by its configuration file.</summary>
sealed class CheckCommand
{
    readonly Option<bool> json = new("--json") { Description = "One JSON object for each finding, and one for the summary." };
    readonly Option<bool> quiet = new("--quiet") { Description = "Findings only: no progress and no summary." };
    readonly Option[] shared;

    /// <summary>Makes the command.</summary>
    /// <param name="shared">Options of the server that a check takes too.</param>
    public CheckCommand(params Option[] shared)
    {
        this.shared = shared;
        Command = new Command(
            "check",
            """
            Reads all images of a folder again and compares them with what the server recorded. Nothing is changed; a server may serve the folder meanwhile.
            Finds images that are missing, changed, damaged, unindexed or unreadable, and files that are no images.
            Exit code: 0 all are as recorded, 1 there are findings or the folder could not be checked, 2 wrong usage.
            """);
        foreach (var option in shared) Command.Options.Add(option);
        Command.Options.Add(json);
        Command.Options.Add(quiet);
    }

    /// <summary>The command, for parsing and help.</summary>
    public Command Command { get; }

    /// <summary>Turns a parsed command line into options.</summary>
    /// <param name="parsed">Without errors.</param>
    /// <param name="serve">Reads the command line of a server.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>, with what is wrong.</exception>
    public CheckOptions Read(ParseResult parsed, Func<string[], ServerOptions> serve)
    {
        // The command line of the server that serves this folder; the port does not matter.
        List<string> words = ["1"];
        foreach (var option in shared)
        {
            if (parsed.GetResult(option) is { Tokens: [{ } value] }) words.AddRange([option.Name, value.Value]);
        }

        return new CheckOptions(serve([.. words]), parsed.GetValue(json), parsed.GetValue(quiet));
    }
}
