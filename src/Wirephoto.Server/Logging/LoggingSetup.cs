using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Logging;

/// <summary>Where log lines go: standard output, through a bounded queue.</summary>
static class LoggingSetup
{
    // A person sees a line as soon as ever; a flood of them costs 50 writes a second.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    // About 2,000 lines.
    const int MostWaiting = 256 * 1024;

    /// <summary>A factory for the server's one logger; disposing it writes what is still queued.</summary>
    public static ILoggerFactory Create(LogFormat format, TimeProvider clock) => Create(format, clock, Console.OpenStandardOutput());

    /// <summary>The same for another stream.</summary>
    internal static ILoggerFactory Create(LogFormat format, TimeProvider clock, Stream output) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information);

        // Of the library's console logger only its JSON is used.
        logging.AddJsonConsole(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        }).ClearProviders();
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(clock));
        logging.Services.AddSingleton<ILoggerProvider>(services =>
        {
            var name = format == LogFormat.Json ? ConsoleFormatterNames.Json : LineFormatter.FormatterName;
            var formatter = services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == name);
            return new LineLoggers(formatter, new LogWriter(output, Console.OutputEncoding, Gather, MostWaiting));
        });
    });
}
