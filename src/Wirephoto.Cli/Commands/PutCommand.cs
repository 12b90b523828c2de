using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Progress;
using Wirephoto.Cli.Reports;
using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>put FILE...: stores local files. What can be known to fail without the server is not sent, and needs no connection.</summary>
static class PutCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        var plan = PutPlan.Of(request.Operands, context.Options);
        if (plan.Images.All(image => image.Fault is not null))
        {
            ReportAll(plan, context, unreachable: null);
            return;
        }

        var (types, unreachable) = await context.TypesAsync(cancel);
        plan = plan.For(types);
        if (unreachable is not null)
        {
            ReportAll(plan, context, unreachable);
            return;
        }

        if (plan.Skipped > 0) context.Reporter.Remark($"skipped {plan.Skipped} in folders: no images, hidden, or links");
        if (plan.Images.Count == 0) context.Report(new(Verb.Put, string.Join(' ', request.Operands), "there is no image to store"));
        else await StoreAsync(plan, context, cancel);
    }

    static Task StoreAsync(PutPlan plan, CommandContext context, CancellationToken cancel)
    {
        var meter = new TransferMeter(context.Clock);
        var pending = plan.Images.Select(image => (image, image.Fault is null ? meter.Begin(image.Length) : null)).ToList();
        var jobs = Math.Min(context.Options.Jobs, plan.Images.Count);
        return ProgressDisplay.RunAsync(context.Screen, context.Options, meter, context.Clock, () => Transfers.RunAsync(
            context, pending.ToAsyncEnumerable(), jobs, (client, item) => StoreAsync(client, item.image, item.Item2, context, cancel), cancel));
    }

    static async Task<Report> StoreAsync(WirephotoClient client, LocalImage image, TransferMeter.Transfer? meter, CommandContext context, CancellationToken cancel)
    {
        var report = await context.TryAsync(Verb.Put, image.Name, async () =>
        {
            if ((image.Fault ?? context.Connections.Gone) is { } fault) throw fault;
            var options = new PutOptions { Upload = context.Tokens.For(image, context.Server), Progress = meter };
            var result = await client.PutFileAsync(image.Path, image.Name, options, cancel);
            var message = (result.AlreadyStored ? "already stored, " : "stored ") + Facts.Of(result.Image);
            return new Report(Verb.Put, image.Name, message) { Image = result.Image };
        });
        meter?.End(report.Success);
        return report;
    }

    static void ReportAll(PutPlan plan, CommandContext context, Protocol.Errors.WirephotoException? unreachable)
    {
        foreach (var image in plan.Images)
        {
            if (!context.GoesOn) return;
            if ((image.Fault ?? unreachable) is { } fault) context.Report(Report.Failure(Verb.Put, image.Name, fault));
        }
    }
}
