using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Wirephoto.Server.Logging;

/// <summary>Loggers that format each event where it happens, and hand the line to a writer, which belongs to this object.</summary>
sealed class LineLoggers(ConsoleFormatter formatter, LogWriter writer) : ILoggerProvider
{
    [ThreadStatic]
    static StringWriter? line;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, formatter, writer);

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    sealed class LineLogger(string category, ConsoleFormatter formatter, LogWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            line ??= new StringWriter();
            var text = line.GetStringBuilder();
            try
            {
                formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, format), null, line);
                writer.Add(text);
            }
            finally
            {
                text.Clear();
            }
        }
    }
}
