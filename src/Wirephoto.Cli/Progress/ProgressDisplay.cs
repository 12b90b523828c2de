using Spectre.Console;
using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;

namespace Wirephoto.Cli.Progress;

/// <summary>Shows a meter on standard error while transfers run: a bar on a terminal, elsewhere lines now and then, and those only when asked for.</summary>
static class ProgressDisplay
{
    static readonly TimeSpan BarEvery = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    // Longer than most lines take for what is confirmed together, 2 MiB. A lost connection that is being made anew shows by this.
    static readonly TimeSpan StillFrom = TimeSpan.FromSeconds(20);

    /// <summary>Runs the transfers; the display is gone when they are done.</summary>
    public static Task RunAsync(Screen screen, CliOptions options, TransferMeter meter, TimeProvider clock, Func<Task> transfers) => options switch
    {
        { Progress: ProgressMode.Never } => transfers(),
        { Progress: ProgressMode.Auto } when options.Quiet || !screen.Terminal.Error => transfers(),
        _ when screen.Terminal.Error => BarAsync(screen, meter, clock, transfers),
        _ => LinesAsync(screen, meter, clock, transfers),
    };

    /// <summary>"3/12 files  4.5 MB of 67 MB  8.9 MB/s  0:07 left", or how long nothing has been counted.</summary>
    public static string Text(TransferMeter.Reading now)
    {
        var still = now.Still >= StillFrom && now.Verifying == 0 && now.FilesDone < now.Files;
        var left = still ? $"  nothing new for {Human.Span(now.Still)}" : now.Left is { } span && now.Bytes < now.Total ? $"  {Human.Span(span)} left" : "";
        var verifying = now.Verifying > 0 ? $"  verifying {now.Verifying}" : "";
        return $"{now.FilesDone}/{now.Files} files  {Human.Size(now.Bytes)} of {Human.Size(now.Total)}  {Human.Size((long)now.Rate)}/s{left}{verifying}";
    }

    static async Task BarAsync(Screen screen, TransferMeter meter, TimeProvider clock, Func<Task> transfers)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(screen.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });

        screen.Through(console);
        try
        {
            await console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn()).StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(Text(meter.Read())), maxValue: 1);
                await WhileRunning(transfers(), BarEvery, clock, () =>
                {
                    var now = meter.Read();
                    bar.Value = now.Fraction;
                    bar.Description = Markup.Escape(Text(now));
                });
            });
        }
        finally
        {
            screen.Through(null);
        }
    }

    static Task LinesAsync(Screen screen, TransferMeter meter, TimeProvider clock, Func<Task> transfers) =>
        WhileRunning(transfers(), LineEvery, clock, () => screen.Note(Text(meter.Read())));

    static async Task WhileRunning(Task transfers, TimeSpan every, TimeProvider clock, Action show)
    {
        using var timer = new PeriodicTimer(every, clock);
        while (await Task.WhenAny(transfers, timer.WaitForNextTickAsync().AsTask()) != transfers) show();
        show();
        await transfers;
    }
}
