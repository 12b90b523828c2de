using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Local;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Commands;

/// <summary>What every command works with.</summary>
sealed record CommandContext(
    ServerAddress Server, CliOptions Options, ServerConnections Connections, Reporter Reporter, Screen Screen, UploadTokens Tokens, TimeProvider Clock)
{
    /// <summary>Whether anything more is to be begun.</summary>
    public bool GoesOn => !(Options.StopOnError && Reporter.AnyFailed);

    /// <summary>Prints a report, with the server's address as it is known by now.</summary>
    public void Report(Report report)
    {
        Reporter.Server = Connections.Address;
        Reporter.Add(report);
    }

    /// <summary>Does something for one file and makes the report of it, also when it fails.</summary>
    public async Task<Report> TryAsync(Verb verb, string? file, Func<Task<Report>> action)
    {
        try
        {
            return await action();
        }
        catch (WirephotoException failure)
        {
            Connections.Note(failure);
            return Reports.Report.Failure(verb, file, failure);
        }
    }

    /// <summary>The server's types, or the usual ones together with the reason why the server can't be asked.</summary>
    public async Task<(ImageTypes Types, WirephotoException? Unreachable)> TypesAsync(CancellationToken cancel)
    {
        try
        {
            return (ServerConnections.Types(await Connections.ConnectAsync(cancel)), null);
        }
        catch (WirephotoException failure)
        {
            Connections.Note(failure);
            return (ImageTypes.Default, failure);
        }
    }
}
