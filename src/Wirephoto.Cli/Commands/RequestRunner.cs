using Wirephoto.Cli.Arguments;

namespace Wirephoto.Cli.Commands;

/// <summary>Runs requests in order; each is done before the next begins.</summary>
static class RequestRunner
{
    /// <summary>Runs them all, or until a failure when the user wants to stop at one.</summary>
    public static async Task RunAsync(IReadOnlyList<CommandRequest> requests, CommandContext context, CancellationToken cancel)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            if (!context.GoesOn)
            {
                context.Reporter.Remark($"stopped after the first failure; requests not begun: {requests.Count - i}");
                return;
            }

            await RunAsync(requests[i], context, cancel);
            context.Screen.Flush();
        }
    }

    static Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel) => request.Verb switch
    {
        Verb.Put => PutCommand.RunAsync(request, context, cancel),
        Verb.Get => GetCommand.RunAsync(request, context, cancel),
        Verb.List => ListCommand.RunAsync(request, context, cancel),
        Verb.Status => StatusCommand.RunAsync(context, cancel),
        Verb.Say => SayCommand.RunAsync(request, context, cancel),
        Verb.Have => HaveCommand.RunAsync(request, context, cancel),
        _ => NameCommands.RunAsync(request, context, cancel),
    };
}
