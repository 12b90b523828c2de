using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Commands;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Interactive;

/// <summary>
/// A conversation on one connection: a line that begins with a request is run like a command line, <c>help</c> and <c>exit</c> are what they say,
/// and any other text is sent to the server, which acknowledges it.
/// </summary>
sealed class InteractiveSession(CommandContext context)
{
    /// <summary>Talks until <c>exit</c> or the end of the input.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var screen = context.Screen;
        var client = await context.Connections.ConnectAsync(cancel);
        screen.Line(TerminalText.Escape($"Connected as {client.Server.Name}"));
        if (screen.Terminal.Input) screen.Line($"Requests: {Verbs.All}; help, exit. Any other text is sent to the server.");

        while (true)
        {
            if (screen.Terminal.Input) screen.Prompt("wirephoto> ");
            else screen.Flush();
            if (await screen.ReadAsync(cancel) is not { } line)
            {
                // The prompt's line is still open.
                if (screen.Terminal.Input) screen.Line("");
                return;
            }

            if (!await ObeyAsync(line, cancel)) return;
        }
    }

    // False: the session is over.
    async Task<bool> ObeyAsync(string line, CancellationToken cancel)
    {
        var (first, rest) = LineWords.Cut(line);
        context.Connections.Forget();
        try
        {
            switch (first.ToUpperInvariant())
            {
                case "":
                    break;
                case "EXIT" or "QUIT" when rest.Length == 0:
                    return false;
                case "HELP" when rest.Length == 0:
                    context.Screen.Line(HelpText.Session);
                    break;
                case "SAY" when rest.Length > 0:
                    await SayAsync(LineWords.Cut(rest).Others.Length == 0 ? rest.Trim('"', '\'') : rest, cancel);
                    break;
                case var _ when Verbs.Find(first) is not null:
                    await RunAsync(line, cancel);
                    break;
                default:
                    await SayAsync(line.Trim(), cancel);
                    break;
            }
        }
        catch (UsageException e)
        {
            context.Screen.Note(TerminalText.Escape($"{e.Message}; 'help' shows what there is"));
        }

        return true;
    }

    async Task RunAsync(string line, CancellationToken cancel)
    {
        switch (CommandLine.Parse([.. LineWords.Split(line)], context.Server, context.Options))
        {
            case Invocation.Run run:
                await RequestRunner.RunAsync(run.Requests, context with { Options = run.Options }, cancel);
                context.Reporter.Remedies();
                break;
            default:
                context.Screen.Line(HelpText.Session);
                break;
        }
    }

    async Task SayAsync(string text, CancellationToken cancel)
    {
        try
        {
            var client = await context.Connections.ConnectAsync(cancel);
            context.Screen.Line(TerminalText.Escape("Server: " + await client.SayAsync(text, cancel)));
        }
        catch (WirephotoException failure)
        {
            context.Connections.Note(failure);
            context.Report(Report.Failure(Verb.Say, null, failure));
            context.Reporter.Remedies();
        }
    }
}
