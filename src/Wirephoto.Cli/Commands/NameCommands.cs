using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;
using Wirephoto.Client;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Commands;

/// <summary>stat NAME... and delete NAME...: ask the server for something about each name.</summary>
static class NameCommands
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        Func<WirephotoClient, string, Task<Report>> ask = request.Verb == Verb.Stat ? StatAsync : DeleteAsync;
        try
        {
            await Transfers.RunAsync(context, request.Operands.ToAsyncEnumerable(), 1, _ => 0, AskAsync, cancel);
        }
        catch (WirephotoException failure)
        {
            foreach (var name in request.Operands.TakeWhile(_ => context.GoesOn)) context.Report(Report.Failure(request.Verb, name, failure));
        }

        Task<Report> AskAsync(WirephotoClient client, string name) =>
            context.TryAsync(request.Verb, name, () => Fault(name) is { } fault ? throw fault : ask(client, name));

        WirephotoException? Fault(string name)
        {
            if (request.Verb == Verb.Delete && Utf8.IsDoubtful(name))
                return new(ErrorCode.BadName, $"'{name}' is not in UTF-8, or holds the character that stands for that (U+FFFD): it may be another image that is meant");
            if (name.EndsWith('/'))
                return new(ErrorCode.BadName, $"'{name}' is a folder, and only images can be looked at and deleted: 'list {name} --recursive' shows them");
            return context.Connections.Gone;
        }

        async Task<Report> StatAsync(WirephotoClient client, string name)
        {
            var image = await client.StatAsync(name, cancel);
            return new Report(Verb.Stat, name, Facts.AllOf(image)) { Image = image };
        }

        async Task<Report> DeleteAsync(WirephotoClient client, string name)
        {
            await client.DeleteAsync(name, null, cancel);
            return new Report(Verb.Delete, name, "deleted");
        }
    }
}
