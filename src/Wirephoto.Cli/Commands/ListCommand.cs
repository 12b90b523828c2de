using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;

namespace Wirephoto.Cli.Commands;

/// <summary>list [FOLDER]: prints the entries of a folder as they arrive.</summary>
static class ListCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandRequest request, CommandContext context, CancellationToken cancel)
    {
        var folder = request.Operands is [var given] ? given : null;
        context.Report(await context.TryAsync(Verb.List, folder, async () =>
        {
            var client = await context.Connections.ConnectAsync(cancel);
            long count = 0;
            var listing = new Listing(context.Options.Long, context.Reporter.Detail);
            try
            {
                await foreach (var page in client.ListPagesAsync(folder is "." or "/" ? "" : (folder ?? "").TrimEnd('/'), context.Options.Recursive, cancel))
                {
                    count += page.Count;
                    foreach (var entry in page)
                    {
                        if (context.Options.Json) context.Reporter.Entry(entry.Write);
                        else listing.Add(entry);
                    }
                }
            }
            finally
            {
                listing.Flush();
                context.Screen.Flush();
            }

            return new Report(Verb.List, folder, count switch { 0 => folder is null ? "the server has no images" : "no images in this folder", 1 => "1 entry", _ => $"{count} entries" });
        }));
    }
}
