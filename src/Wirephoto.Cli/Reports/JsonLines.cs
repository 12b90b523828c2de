using System.Text;
using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;

namespace Wirephoto.Cli.Reports;

/// <summary>Reports and listings for programs, one JSON object per line.</summary>
sealed class JsonLines(TimeProvider clock) : IDisposable
{
    readonly HeadWriter line = new();

    /// <summary>The object of a report: who, what, how it ended, the error's word or what was there before, then the image's facts.</summary>
    public string Of(Report report, string server)
    {
        line.StartLine();
        line.Text("request", report.Request.Word());
        line.Text("file", report.File);
        line.Text("path", report.Path);
        line.Text("status", report.Status);
        line.Text("server", server);
        line.Text("message", report.Message);
        line.Text("error", report.Error?.Word());
        line.Flag("already_there", report.AlreadyThere ? true : null);
        line.Number("resumed", report.Resumed > 0 ? report.Resumed : null);
        report.Image?.Write(line);
        report.Members?.Invoke(line);
        line.Time("time", clock.GetUtcNow());
        return End();
    }

    /// <summary>The object of an entry of a listing or a session.</summary>
    public string Of(Action<HeadWriter> entry)
    {
        line.StartLine();
        entry(line);
        return End();
    }

    string End() => VisibleText.Escape(Encoding.UTF8.GetString(line.EndLine().Span[..^1]));

    /// <inheritdoc/>
    public void Dispose() => line.Dispose();
}
