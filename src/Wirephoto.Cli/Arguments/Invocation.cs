namespace Wirephoto.Cli.Arguments;

/// <summary>What a command line asks the program to do.</summary>
abstract record Invocation
{
    /// <summary>Print the help.</summary>
    public sealed record Help : Invocation;

    /// <summary>Print the version.</summary>
    public sealed record Version : Invocation;

    /// <summary>Run these requests against a server.</summary>
    public sealed record Run(ServerAddress Server, IReadOnlyList<CommandRequest> Requests, CliOptions Options) : Invocation;

    /// <summary>Talk to a server; <paramref name="Asked"/>: also without a terminal.</summary>
    public sealed record Talk(ServerAddress Server, CliOptions Options, bool Asked) : Invocation;
}
