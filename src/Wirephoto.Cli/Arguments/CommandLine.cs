using System.CommandLine;
using System.Globalization;
using Wirephoto.Protocol;

namespace Wirephoto.Cli.Arguments;

/// <summary>The options and words of the program, taken apart by System.CommandLine; what the words mean is decided here.</summary>
sealed class CommandLine
{
    readonly Argument<string[]> words = new("request") { Arity = ArgumentArity.ZeroOrMore };
    readonly Option<string?> storeAs = new("--as");
    readonly Option<string?> to = new("--to");
    readonly Option<string?> jobs = new("--jobs", "-j");
    readonly Option<string?> retry = new("--retry");
    readonly Option<string?> onError = new("--on-error");
    readonly Option<string?> progress = new("--progress");
    readonly Option<string?> authorities = new("--ca");
    readonly Option<string?> pin = new("--pin");
    readonly Option<bool> tls = Flag("--tls");
    readonly Option<bool> json = Flag("--json");
    readonly Option<bool> quiet = Flag("--quiet", "-q");
    readonly Option<bool> recursive = Flag("--recursive", "-r");
    readonly Option<bool> verbose = Flag("--long", "-l");
    readonly Option<bool> interactive = Flag("--interactive", "-i");
    readonly Option<bool> version = Flag("--version");
    readonly Option<bool> help = Flag("--help", "-h", "-?");
    readonly Command command = new("wirephoto");

    CommandLine()
    {
        command.Add(words);
        foreach (var option in (Option[])[storeAs, to, jobs, retry, onError, progress, authorities, pin, tls, json, quiet, recursive, verbose, interactive, version, help])
            command.Add(option);
    }

    /// <summary>Understands a command line.</summary>
    /// <param name="args">Its words.</param>
    /// <param name="server">The variable WIREPHOTO_SERVER, or null.</param>
    /// <exception cref="UsageException">It is wrong.</exception>
    public static Invocation Parse(string[] args, string? server) => new CommandLine().Read(args, server, new CliOptions());

    /// <summary>Understands a line of an interactive session, to which the session's own options apply as well.</summary>
    /// <exception cref="UsageException">It is wrong.</exception>
    public static Invocation Parse(string[] args, ServerAddress server, CliOptions session) => new CommandLine().ReadLine(args, server, session);

    Invocation ReadLine(string[] args, ServerAddress server, CliOptions session)
    {
        var line = Read(args, server.ToString(), session);
        if (line is Invocation.Run { Options: { Tls: true } or { Authorities: not null } or { Pin: not null } })
            throw new UsageException("--tls, --ca and --pin are for the start of a session: its connection is there already");
        return line;
    }

    Invocation Read(string[] args, string? server, CliOptions standard)
    {
        // No response files: a word that begins with '@' may be a file.
        var result = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.GetValue(help)) return new Invocation.Help();
        if (result.GetValue(version)) return new Invocation.Version();
        if (result.Errors.Count > 0) throw new UsageException(result.Errors[0].Message.TrimEnd('.'));

        var all = Words(result.GetValue(words) ?? [], args);
        var (address, rest) = TakeServer(all, server);
        var options = Options(result, standard);
        if (rest.Count == 0) return new Invocation.Talk(address, options, result.GetValue(interactive));
        if (result.GetValue(interactive)) throw new UsageException("--interactive takes no requests: they are typed in");

        var requests = RequestParser.Parse(rest);
        CheckNames(requests, options);
        return new Invocation.Run(address, requests, options);
    }

    // As many words as stand after "--" are literal. Any other word that looks like an option is one that does not exist.
    static List<Word> Words(string[] texts, string[] args)
    {
        var marker = Array.IndexOf(args, "--");
        var first = texts.Length - (marker < 0 ? 0 : args.Length - marker - 1);
        for (var i = 0; i < first; i++)
        {
            if (texts[i].Length > 1 && texts[i][0] == '-')
                throw new UsageException($"there is no option '{texts[i]}'; write -- before words that begin with '-'");
        }

        return [.. texts.Select((text, at) => new Word(text, at >= first))];
    }

    static (ServerAddress Server, List<Word> Others) TakeServer(List<Word> words, string? variable)
    {
        var named = words.Count > 0 && !words[0].Literal && Verbs.Find(words[0].Text) is null;
        if (!named)
        {
            if (string.IsNullOrEmpty(variable))
                throw new UsageException("which server? Write HOST PORT or wirephoto://HOST:PORT first, or set WIREPHOTO_SERVER");
            return (ServerAddress.Parse(variable), words);
        }

        var first = words[0].Text;
        if (ServerAddress.Looks(first)) return (ServerAddress.Parse(first), words[1..]);
        if (words.Count == 1 || (!words[1].Literal && Verbs.Find(words[1].Text) is not null))
        {
            if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw new UsageException($"the host is missing before the port {first}: write localhost {first} for a server on this machine");
            var hint = string.IsNullOrEmpty(variable) ? "" : $", and it is not a request ({Verbs.All})";
            throw new UsageException($"the port is missing after the host '{first}'{hint}");
        }

        return (ServerAddress.Parse(first, words[1].Text), words[2..]);
    }

    CliOptions Options(ParseResult result, CliOptions standard) => new()
    {
        As = Text("--as", result.GetValue(storeAs)),
        To = Text("--to", result.GetValue(to)) ?? standard.To,
        Jobs = Number("--jobs", result.GetValue(jobs), 1, 64) ?? standard.Jobs,
        Retry = Number("--retry", result.GetValue(retry), 0, 1000) ?? standard.Retry,
        StopOnError = Choice("--on-error", result.GetValue(onError), "continue", "stop") is { } end ? end == 1 : standard.StopOnError,
        Progress = (ProgressMode?)Choice("--progress", result.GetValue(progress), "auto", "always", "never") ?? standard.Progress,
        Tls = result.GetValue(tls),
        Authorities = Text("--ca", result.GetValue(authorities)),
        Pin = Fingerprint(result.GetValue(pin), result.GetValue(authorities)),
        Json = result.GetValue(json) || standard.Json,
        Quiet = result.GetValue(quiet) || standard.Quiet,
        Recursive = result.GetValue(recursive) || standard.Recursive,
        Long = result.GetValue(verbose) || standard.Long,
    };

    static void CheckNames(IReadOnlyList<CommandRequest> requests, CliOptions options)
    {
        if (options.As is null) return;
        var named = requests.Where(request => request.Verb is Verb.Put or Verb.Get).ToList();
        if (named.Count != 1) throw new UsageException("--as goes with exactly one put or get in the line");
        if (named[0].Verb == Verb.Get && (named[0].Operands.Count > 1 || named[0].Operands[0].EndsWith('/') || options.As.EndsWith('/')))
            throw new UsageException("with get, --as names one file; use --to for a folder");
        if (named[0].Verb == Verb.Put && named[0].Operands.Count > 1 && !options.As.EndsWith('/'))
            throw new UsageException("--as names one file; for several write a folder with a '/' at its end: --as folder/");
    }

    static Option<bool> Flag(string name, params string[] aliases) => new(name, aliases) { Arity = ArgumentArity.Zero };

    static string? Text(string option, string? value)
    {
        if (value?.Length == 0) throw new UsageException($"{option} needs a value");
        return value is not null && Utf8.IsDoubtful(value) ? throw new UsageException($"the value of {option} is not in UTF-8, or holds the character that stands for that (U+FFFD)") : value;
    }

    // As the server's log shows it (sha256:abc...), or openssl (AB:CD:...).
    static Digest? Fingerprint(string? text, string? authorities)
    {
        if (text is null) return null;
        if (authorities is not null) throw new UsageException("--ca and --pin exclude each other: a pinned certificate needs no authority");
        var hex = text.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? text["sha256:".Length..] : text;
        return Digest.TryParse(hex.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant(), out var digest)
            ? digest
            : throw new UsageException($"--pin takes sha256: and 64 hexadecimal digits, not '{text}'");
    }

    static int? Number(string option, string? text, int least, int most)
    {
        if (text is null) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} takes a number in {least}-{most}, not '{text}'");
    }

    static int? Choice(string option, string? text, params string[] choices)
    {
        if (text is null) return null;
        var at = Array.IndexOf(choices, text.ToLowerInvariant());
        return at >= 0 ? at : throw new UsageException($"{option} takes {string.Join(" or ", choices)}, not '{text}'");
    }
}
