using Wirephoto.Server.Checking;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Folder.Checking;

namespace Wirephoto.Server.Hosting;

/// <summary><c>wirephotod check</c> from its options to its exit code: 0 all images are as recorded, 1 there are findings.</summary>
static class CheckProgram
{
    /// <summary>Runs the check: findings and the summary go to standard output, to standard error that nothing is recorded, and progress if it is a terminal.</summary>
    public static async Task<int> RunAsync(CheckOptions options, TimeProvider clock, CancellationToken cancel)
    {
        await using var check = await FolderCheck.OpenAsync(
            new FolderStoreOptions
            {
                Folder = options.Serving.Folder,
                Types = options.Serving.Types,
                NewExaminer = StandardExaminer.Factory(options.Serving),
                Clock = clock,
            },
            cancel);
        if (!check.HasIndex && !options.Quiet)
            await Console.Error.WriteLineAsync("nothing is recorded of this folder: no server has served it yet, or its index is gone");
        var output = Console.Out;
        var report = new CheckReport(options.Json, output);
        var started = clock.GetTimestamp();
        var shown = !options.Quiet && !Console.IsErrorRedirected;
        var display = new CheckDisplay(Console.Error, clock);
        using (var timer = shown ? clock.CreateTimer(_ => display.Show(check.Progress), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) : null)
        {
            await check.RunAsync(
                finding =>
                {
                    display.Clear();
                    report.Add(finding);
                },
                cancel);
        }

        display.Clear();
        if (!options.Quiet) report.Summarize(check.Progress, clock.GetElapsedTime(started));
        await output.FlushAsync(cancel);
        return report.Findings == 0 ? 0 : 1;
    }
}
