namespace Wirephoto.Cli.Arguments;

/// <summary>
/// Splits words into requests: a word that equals a verb begins the next one, unless it is literal. What is named like a
/// verb is written <c>./put</c>, or after <c>--</c>.
/// </summary>
static class RequestParser
{
    /// <summary>The requests in order.</summary>
    /// <exception cref="UsageException">The first word is no verb, or a request has too few or too many words.</exception>
    public static IReadOnlyList<CommandRequest> Parse(IReadOnlyList<Word> words)
    {
        var requests = new List<CommandRequest>();
        for (var at = 0; at < words.Count;)
        {
            if (words[at].Literal || Verbs.Find(words[at].Text) is not { } verb)
                throw new UsageException($"'{words[at].Text}' is not a request; requests are {Verbs.All}");

            var operands = new List<string>();
            for (at++; at < words.Count && (words[at].Literal || Verbs.Find(words[at].Text) is null); at++) operands.Add(words[at].Text);
            requests.Add(Checked(verb, operands));
        }

        return requests;
    }

    static CommandRequest Checked(Verb verb, List<string> operands)
    {
        var word = verb.Word().ToLowerInvariant();
        if (verb != Verb.Say && operands.Contains("")) throw new UsageException($"{word} was given an empty word (is a variable of the shell not set?)");
        switch (verb)
        {
            case Verb.Put or Verb.Have when operands.Count == 0:
                throw new UsageException($"{word} needs at least one FILE");
            case Verb.Get or Verb.Stat or Verb.Delete when operands.Count == 0:
                throw new UsageException($"{word} needs at least one NAME");
            case Verb.Say when operands.Count == 0:
                throw new UsageException("say needs a TEXT");
            case Verb.Status when operands.Count > 0:
                throw new UsageException($"'{operands[0]}' is not a request, and status takes no argument");
            case Verb.List when operands.Count > 1:
                throw new UsageException($"'{operands[1]}' is not a request, and list takes one FOLDER at most");
            case Verb.Say:
                return new(verb, [string.Join(' ', operands)]);
            case Verb.Get or Verb.Stat or Verb.Delete or Verb.List:
                return new(verb, [.. operands.Select(ServerName)]);
            default:
                return new(verb, operands);
        }

        // Names on the server are relative to its folder anyway, so that "./put" can only mean "put".
        static string ServerName(string operand) => operand.StartsWith("./", StringComparison.Ordinal) ? operand[2..] : operand;
    }
}
