using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Wirephoto.Protocol;

namespace Wirephoto.Server.Logging;

/// <summary>One line of text for each event: time, message, and the exception with its line breaks escaped.</summary>
sealed class LineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the logging configuration calls it.</summary>
    public const string FormatterName = "line";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // yyyy-MM-ddTHH:mm:ss.fffffffzzz, the one format that .NET writes without looking at each of its letters; milliseconds are enough.
        Span<char> time = stackalloc char[33];
        clock.GetLocalNow().TryFormat(time, out _, "O", CultureInfo.InvariantCulture);
        textWriter.Write(time[..23]);
        textWriter.Write(time[27..]);
        textWriter.Write(' ');
        if (logEntry.LogLevel >= LogLevel.Error) textWriter.Write("error: ");
        textWriter.Write(VisibleText.Escape(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(": ");
            textWriter.Write(VisibleText.Escape(exception.ToString()));
        }

        textWriter.Write('\n');
    }
}
