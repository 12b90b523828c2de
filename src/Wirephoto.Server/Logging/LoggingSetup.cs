using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Logging;

/// <summary>Where log lines go: standard output, through a bounded queue of the console logger.</summary>
static class LoggingSetup
{
    /// <summary>A factory for the server's one logger; disposing it writes what is still queued.</summary>
    public static ILoggerFactory Create(LogFormat format, TimeProvider clock) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information);
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            return;
        }

        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(clock));
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
    });
}
