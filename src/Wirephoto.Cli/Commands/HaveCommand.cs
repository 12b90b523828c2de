using System.Security.Cryptography;
using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Commands;

/// <summary>have FILE...: asks whether the server durably holds the bytes of local files, under whatever names. Only digests are sent.</summary>
static class HaveCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        var plan = PutPlan.Of(request.Operands, context.Options with { As = null });
        if (plan.Skipped.Count > 0) context.Reporter.Skipped(PassedOver.Text(plan.Skipped));
        if (plan.Images.Count == 0) context.Report(new(Verb.Have, string.Join(' ', request.Operands), "there is no file to ask for"));

        // Files of every type are asked for: whoever removes them next wants to know of those that can't be there.
        var unreachable = plan.Images.All(image => image.Fault is not null) ? null : (await context.TypesAsync(cancel)).Unreachable;
        foreach (var part in plan.Images.Chunk(ProtocolLimits.HaveDigests))
        {
            if (!context.GoesOn) return;
            var reports = await AskAsync(part, unreachable, context, cancel);
            foreach (var report in reports) context.Report(report);
        }
    }

    static async Task<IEnumerable<Report>> AskAsync(LocalImage[] images, WirephotoException? unreachable, CommandContext context, CancellationToken cancel)
    {
        var digests = new Dictionary<LocalImage, Digest>();
        var reports = new Dictionary<LocalImage, Report>();
        foreach (var image in images)
        {
            try
            {
                if ((image.Fault ?? unreachable) is { } fault) throw fault;
                digests[image] = await DigestAsync(image.Path, cancel);
            }
            catch (WirephotoException fault)
            {
                reports[image] = Report.Failure(Verb.Have, image.Path, fault);
            }
        }

        if (digests.Count > 0)
        {
            try
            {
                var client = await context.Connections.ConnectAsync(cancel);
                var entries = await client.HaveAsync([.. digests.Values], cancel);
                foreach (var (image, entry) in digests.Keys.Zip(entries)) reports[image] = Answer(image, entry);
            }
            catch (WirephotoException failure)
            {
                context.Connections.Note(failure);
                foreach (var image in digests.Keys) reports[image] = Report.Failure(Verb.Have, image.Path, failure);
            }
        }

        return images.Where(reports.ContainsKey).Select(image => reports[image]);
    }

    static Report Answer(LocalImage image, HaveEntry entry) => entry.Filenames.Count == 0
        ? new Report(Verb.Have, image.Path, "not_found: the server has no image with these bytes", ErrorCode.NotFound) { Remedy = "'put' stores what the server does not have.", Members = json => json.Digest("sha256", entry.Sha256) }
        : new Report(Verb.Have, image.Path, "stored as " + string.Join(", ", entry.Filenames)) { Members = entry.Write };

    static async Task<Digest> DigestAsync(string path, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous, BufferSize = 0 });
            return new Digest(await SHA256.HashDataAsync(file, cancel));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WirephotoException(ErrorCode.LocalFailed, $"{path} can't be read: {e.Message}", e);
        }
    }
}
