using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;

namespace Wirephoto.Cli.Commands;

/// <summary>say TEXT: sends a text, which the server acknowledges.</summary>
static class SayCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel) =>
        context.Report(await context.TryAsync(Verb.Say, null, async () =>
        {
            var client = await context.Connections.ConnectAsync(cancel);
            var answer = await client.SayAsync(request.Operands[0], cancel);
            return new Report(Verb.Say, null, answer) { Members = json => json.Text("text", answer) };
        }));
}
