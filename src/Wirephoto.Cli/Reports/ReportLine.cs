using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol;

namespace Wirephoto.Cli.Reports;

/// <summary>The line for people: <c>server_ip:port REQUEST file status message</c>.</summary>
static class ReportLine
{
    /// <summary>Writes the line; the file is left out when the request has none.</summary>
    public static string Of(Report report, string server)
    {
        var file = report.File is null ? "" : report.File + " ";
        return VisibleText.Escape($"{server} {report.Request.Word()} {file}{report.Status} {report.Message}");
    }
}
