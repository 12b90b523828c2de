using System.Reflection;
using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Commands;
using Wirephoto.Cli.Interactive;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Reports;
using Wirephoto.Client;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli;

/// <summary>The program from its arguments to its exit code.</summary>
static class App
{
    const int Failed = (int)ErrorKind.Request;

    static string Version => Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    /// <summary>Runs the program.</summary>
    /// <param name="args">The words of the command line.</param>
    /// <param name="screen">Where it reads and writes.</param>
    /// <param name="variable">Environment variables.</param>
    public static async Task<int> RunAsync(string[] args, Screen screen, Func<string, string?> variable)
    {
        using var interrupts = new Interrupts();
        try
        {
            switch (CommandLine.Parse(args, variable("WIREPHOTO_SERVER")))
            {
                case Invocation.Help:
                    screen.Line(HelpText.Program);
                    return 0;
                case Invocation.Version:
                    screen.Line($"wirephoto {Version}");
                    return 0;
                case Invocation.Talk { Asked: false } when !screen.Terminal.Input || !screen.Terminal.Output:
                    throw new UsageException($"no request given ({Verbs.All}); without a terminal, a session needs --interactive");
                case Invocation.Talk talk:
                    return await WithServerAsync(talk.Server, talk.Options, screen, variable,
                        context => new InteractiveSession(context).RunAsync(interrupts.Token), interrupts.Token);
                case Invocation.Run run:
                    return await WithServerAsync(run.Server, run.Options, screen, variable,
                        context => RequestRunner.RunAsync(run.Requests, context, interrupts.Token), interrupts.Token);
                default:
                    return Failed;
            }
        }
        catch (UsageException e)
        {
            screen.Note(VisibleText.Escape($"wirephoto: {e.Message} (see wirephoto --help)"));
            return (int)ErrorKind.Usage;
        }
        catch (OperationCanceledException) when (interrupts.Token.IsCancellationRequested)
        {
            screen.Note("wirephoto: interrupted; the same put or get goes on where it stopped");
            return interrupts.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            screen.Note(VisibleText.Escape($"wirephoto: {e.GetType().Name}: {e.Message}"));
            return Failed;
        }
        finally
        {
            screen.Flush();
        }
    }

    static async Task<int> WithServerAsync(
        ServerAddress server, CliOptions options, Screen screen, Func<string, string?> variable, Func<CommandContext, Task> work, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        using var reporter = new Reporter(screen, options, clock);
        var clientOptions = new WirephotoClientOptions { Retries = options.Retry, ClientName = $"wirephoto/{Version}", Clock = clock, Tls = Tls(server, options) };
        await using var connections = new ServerConnections(server, clientOptions);
        var whole = false;
        try
        {
            await work(new CommandContext(server, options, connections, reporter, screen, UploadTokens.OfUser(variable), clock));
            whole = true;
        }
        catch (WirephotoException e) when (e is not UsageException)
        {
            cancel.ThrowIfCancellationRequested();
            screen.Note(VisibleText.Escape($"wirephoto: {e.Code.Word()}: {e.Message}"));
            screen.Note($"{e.Code.Word()}: {e.Code.Info().Remedy}");
            return Math.Max(reporter.ExitCode, (int)e.Code.Info().Kind);
        }
        finally
        {
            reporter.Finish(whole);
        }

        return reporter.ExitCode;
    }

    // Whoever says what to trust means TLS.
    static WirephotoTlsOptions? Tls(ServerAddress server, CliOptions options) => server.Tls || options.Tls || options.Authorities is not null || options.Pin is not null
        ? new WirephotoTlsOptions { AuthoritiesFile = options.Authorities, Pin = options.Pin }
        : null;
}
