using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Progress;
using Wirephoto.Cli.Reports;
using Wirephoto.Client;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Commands;

/// <summary>put FILE...: stores local files. What can be known to fail without the server is not sent, and needs no connection.</summary>
static class PutCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        var plan = PutPlan.Of(request.Operands, context.Options);

        // What was found in a folder may be no image at all: which types are, the server knows.
        if (plan.Images.Count > 0 && plan.Images.All(image => image.Fault is not null && !image.InFolder))
        {
            ReportAll(plan, context, unreachable: null);
            return;
        }

        var (types, unreachable) = await context.TypesAsync(cancel);
        plan = plan.For(types);
        if (unreachable is not null)
        {
            ReportAll(plan, context, unreachable);
            if (plan.Images.Count == 0) context.Report(Report.Failure(Verb.Put, string.Join(' ', request.Operands), unreachable));
            return;
        }

        if (plan.Skipped.Count > 0) context.Reporter.Skipped(PassedOver.Text(plan.Skipped));
        if (plan.Images.Count == 0) context.Report(new(Verb.Put, string.Join(' ', request.Operands), "there is no image to store"));
        else await StoreAsync(plan, context, cancel);
    }

    static Task StoreAsync(PutPlan plan, CommandContext context, CancellationToken cancel)
    {
        var meter = new TransferMeter(context.Clock);
        var pending = Pending(plan, meter);
        var jobs = Math.Min(context.Options.Jobs, pending.Count);
        return ProgressDisplay.RunAsync(context.Screen, context.Options, meter, context.Clock, () => Transfers.RunAsync(
            context, pending.ToAsyncEnumerable(), jobs, item => item.Image.Fault is null ? item.Image.Length : null, (client, item) => StoreAsync(client, item, context, cancel), cancel));
    }

    // Of two files for one name the first shall win, although they could be sent at the same time: the second waits for it.
    static List<PendingPut> Pending(PutPlan plan, TransferMeter meter)
    {
        var pending = new List<PendingPut>(plan.Images.Count);
        var latest = new Dictionary<string, PendingPut>(plan.Images.Count);
        foreach (var image in plan.Images)
        {
            if (image.Fault is not null)
            {
                pending.Add(new(image, null, null));
                continue;
            }

            var key = NameKey.Of(image.Name);
            var item = new PendingPut(image, meter.Begin(image.Length), latest.GetValueOrDefault(key));
            latest[key] = item;
            pending.Add(item);
        }

        return pending;
    }

    static async Task<Report> StoreAsync(WirephotoClient client, PendingPut pending, CommandContext context, CancellationToken cancel)
    {
        var image = pending.Image;
        try
        {
            // The twin was begun before this one, so that its end is sure to come.
            if (pending.Twin is { } twin) await twin.Ended.Task.WaitAsync(cancel);
            var report = await context.TryAsync(Verb.Put, image.Name, async () =>
            {
                if ((image.Fault ?? context.Connections.Gone) is { } fault) throw fault;
                var options = new PutOptions { Upload = context.Tokens.For(image, context.Server), Progress = pending.Meter };
                var result = await client.PutFileAsync(image.Path, image.Name, options, cancel);
                return new Report(Verb.Put, image.Name, Message(result, image.Name)) { Image = result.Image, AlreadyThere = result.AlreadyStored, Resumed = result.Resumed };
            });
            pending.Meter?.End(report.Success);
            return report with { Path = image.Path };
        }
        finally
        {
            pending.Ended.TrySetResult();
        }
    }

    static string Message(PutResult result, string asked)
    {
        // Names that differ only in letter case, or in how their Unicode is spelled, are one name: the first spelling stays.
        if (result.AlreadyStored) return $"already stored{(result.Image.Filename == asked ? "" : $" as {result.Image.Filename}")}, {Facts.Of(result.Image)}";
        if (result.Resumed == 0) return $"stored {Facts.Of(result.Image)}";
        var part = result.Resumed == result.Image.Length ? "all" : Human.Size(result.Resumed);
        return $"stored {Facts.Of(result.Image)}, {part} of it sent before";
    }

    static void ReportAll(PutPlan plan, CommandContext context, WirephotoException? unreachable)
    {
        foreach (var image in plan.Images)
        {
            if (!context.GoesOn) return;
            if ((image.Fault ?? unreachable) is { } fault) context.Report(Report.Failure(Verb.Put, image.Name, fault) with { Path = image.Path });
        }
    }

    sealed record PendingPut(LocalImage Image, TransferMeter.Transfer? Meter, PendingPut? Twin)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
