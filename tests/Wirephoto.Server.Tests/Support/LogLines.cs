using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wirephoto.Server.Tests.Support;

/// <summary>Log lines in memory.</summary>
sealed class LogLines : ILogger
{
    readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> All => lines;

    /// <summary>Waits for a line: a client may have its reply before the log has its summary.</summary>
    public Task ShowsAsync(Func<string, bool> line) => Eventually.TrueAsync(() => lines.Any(line));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(formatter(state, exception) + (exception is null ? "" : ": " + exception));
}
