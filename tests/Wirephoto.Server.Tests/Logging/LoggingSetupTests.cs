using System.Text.Json;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Tests.Logging;

public sealed class LoggingSetupTests : IDisposable
{
    readonly LogOutput output = new();

    public void Dispose() => output.Dispose();

    [Fact]
    public void A_line_of_text_has_the_time_a_word_for_errors_and_everything_escaped()
    {
        Log(LogFormat.Line, log =>
        {
            log.AcceptFailed("too many\nfiles");
            log.Swept(2, 30);
            log.SweepFailed(new InvalidOperationException("odd"));
        });
        Assert.Equal(
            [
                """2026-11-20T12:00:00.000+00:00 error: connections can't be accepted: too many\u000afiles""",
                "2026-11-20T12:00:00.000+00:00 swept 2 unfinished uploads, 30 bytes freed",
                "2026-11-20T12:00:00.000+00:00 error: sweeping unfinished uploads failed: System.InvalidOperationException: odd",
            ],
            output.Lines);
    }

    [Fact]
    public void A_line_of_JSON_has_the_event_and_its_values()
    {
        Log(LogFormat.Json, log => log.Swept(2, 30));
        using var line = JsonDocument.Parse(Assert.Single(output.Lines));
        var root = line.RootElement;
        Assert.Equal(["Timestamp", "EventId", "LogLevel", "Category", "Message", "State"], root.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("Z", root.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
        Assert.Equal(11, root.GetProperty("EventId").GetInt32());
        Assert.Equal("Information", root.GetProperty("LogLevel").GetString());
        Assert.Equal("wirephotod", root.GetProperty("Category").GetString());
        Assert.Equal("swept 2 unfinished uploads, 30 bytes freed", root.GetProperty("Message").GetString());
        Assert.Equal(2, root.GetProperty("State").GetProperty("Uploads").GetInt32());
    }

    // All is written when the factory is disposed of.
    void Log(LogFormat format, Action<ServerLog> events)
    {
        using var logging = LoggingSetup.Create(format, new ManualClock(), output);
        events(new ServerLog(logging.CreateLogger("wirephotod")));
    }
}
