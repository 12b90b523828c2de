namespace Wirephoto.Cli.Arguments;

/// <summary>One request of a command line: a verb and the words that follow it.</summary>
sealed record CommandRequest(Verb Verb, IReadOnlyList<string> Operands);

/// <summary>A word of a command line; a literal one stood after <c>--</c> or in quotes and is never taken for a verb or an option.</summary>
readonly record struct Word(string Text, bool Literal = false);
