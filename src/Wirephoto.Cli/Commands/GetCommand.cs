using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Progress;
using Wirephoto.Cli.Reports;
using Wirephoto.Client;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Commands;

/// <summary>get NAME...: fetches images into new local files; a name with a <c>/</c> at its end stands for all images below that folder.</summary>
static class GetCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        var (types, unreachable) = await context.TypesAsync(cancel);
        if (unreachable is not null)
        {
            foreach (var operand in request.Operands.TakeWhile(_ => context.GoesOn))
            {
                var fault = (WantedImages.IsFolder(operand) ? null : ImageName.Fault(operand, types)) ?? unreachable;
                context.Report(Report.Failure(Verb.Get, operand, fault));
            }

            return;
        }

        var meter = new TransferMeter(context.Clock);
        var wanted = WantedImages.FindAsync(await context.Connections.ConnectAsync(cancel), request.Operands, types, cancel);
        var jobs = request.Operands.Any(WantedImages.IsFolder) ? context.Options.Jobs : Math.Min(context.Options.Jobs, request.Operands.Count);
        await ProgressDisplay.RunAsync(context.Screen, context.Options, meter, context.Clock, () => Transfers.RunAsync(
            context, wanted, jobs, image => image.Fault is null ? image.Listed?.Length ?? 0 : null, (client, image) => FetchAsync(client, image, meter, context, cancel), cancel));
    }

    static async Task<Report> FetchAsync(WirephotoClient client, WantedImage wanted, TransferMeter meter, CommandContext context, CancellationToken cancel)
    {
        if (wanted.Empty) return new Report(Verb.Get, wanted.File, "the server has no images");

        var transfer = meter.Begin(wanted.Listed?.Length);
        string? path = null;
        var report = await context.TryAsync(Verb.Get, wanted.File, async () =>
        {
            if ((wanted.Fault ?? context.Connections.Gone) is { } fault) throw fault;
            path = PathFor(wanted, context.Options);
            var result = await client.GetFileAsync(wanted.Name!.Text, path, new GetOptions { Listed = wanted.Listed, Progress = transfer }, cancel);
            return new Report(Verb.Get, wanted.File, Message(result, path)) { Image = result.Image, AlreadyThere = result.AlreadyThere, Resumed = result.Resumed };
        });
        transfer.End(report.Success);
        return report with { Path = path };
    }

    static string Message(GetResult result, string path)
    {
        if (result.AlreadyThere) return $"already there, {Facts.Of(result.Image)}, as {path}";
        var before = result.Resumed > 0 ? $", {Human.Size(result.Resumed)} of it by an earlier run" : "";
        return $"received {Facts.Of(result.Image)}{before}, saved as {path}";
    }

    static string PathFor(WantedImage wanted, CliOptions options)
    {
        var folder = new DownloadFolder(options.To ?? "");
        if (options.As is not { } path) return folder.PathFor(wanted.Name!, keepFolders: wanted.InFolder);

        folder.PathFor(wanted.Name!, keepFolders: false);
        return Path.Combine(options.To ?? "", path);
    }
}
