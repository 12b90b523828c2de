using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Commands;

/// <summary>status: prints a line per session, and how the server does.</summary>
static class StatusCommand
{
    /// <summary>Runs the request.</summary>
    public static async Task RunAsync(CommandContext context, CancellationToken cancel) =>
        context.Report(await context.TryAsync(Verb.Status, null, async () =>
        {
            var client = await context.Connections.ConnectAsync(cancel);
            var status = await client.StatusAsync(cancel);
            foreach (var session in status.Sessions)
            {
                if (context.Options.Json) context.Reporter.Entry(session.Write);
                else context.Reporter.Detail(Line(session));
            }

            return new Report(Verb.Status, null, Summary(status.Server)) { Members = json => Write(json, status.Server) };
        }));

    static string Line(SessionEntry session) =>
        VisibleText.Escape($"{session.Name}  {session.Address}  {Human.Date(session.Start)} to {(session.End is { } end ? Human.Date(end) : "now")}");

    static string Summary(StatusReply server) =>
        $"{server.Server} up for {Human.Span(server.Now - server.Started)}, {server.Clients} of {Human.Count(server.MaxClients, "client")} connected, "
        + $"{Human.Count(server.Images, "image")} of {Human.Size(server.Bytes)}, {Human.Size(server.FreeBytes)} free";

    static void Write(HeadWriter json, StatusReply server)
    {
        json.Text("program", server.Server);
        json.Time("started", server.Started);
        json.Time("now", server.Now);
        json.Number("clients", server.Clients);
        json.Number("max_clients", server.MaxClients);
        json.Number("images", server.Images);
        json.Number("bytes", server.Bytes);
        json.Number("free", server.FreeBytes);
    }
}
