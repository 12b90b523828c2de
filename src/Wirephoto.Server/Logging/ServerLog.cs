using System.Net;
using Microsoft.Extensions.Logging;
using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Net;
using Wirephoto.Server.Service;
using Wirephoto.Storage.Folder;

namespace Wirephoto.Server.Logging;

/// <summary>All that the server tells, one line for each event. The formatter adds the time and escapes what peers sent.</summary>
public sealed partial class ServerLog(ILogger logger)
{
    /// <summary>The server serves.</summary>
    [LoggerMessage(1, LogLevel.Information, "{Address} server up and running, serving {Folder} ({Images} images); clients: {Admitted}")]
    public partial void Started(string address, string folder, long images, string admitted);

    /// <summary>There is a port for sessions as well.</summary>
    [LoggerMessage(14, LogLevel.Information, "{Address} takes sessions (d4), at most {Clients} at the same time")]
    public partial void TakesSessions(string address, int clients);

    /// <summary>There is a certificate.</summary>
    [LoggerMessage(16, LogLevel.Information, "TLS is {Rule} with the certificate {Subject}; clients can pin it: {Fingerprint}")]
    public partial void OffersTls(string subject, string fingerprint, string rule);

    /// <summary>All clients together could want more files open than the process may have.</summary>
    [LoggerMessage(18, LogLevel.Warning, "the process may have {Most} files open, and {Clients} clients can need {Needed}: raise the limit (ulimit -Hn, LimitNOFILE= of systemd) or lower --max-clients")]
    public partial void FewFileHandles(int most, int clients, int needed);

    /// <summary>There is something about the certificate that its owner should mend.</summary>
    [LoggerMessage(17, LogLevel.Warning, "{Message}")]
    public partial void CertificateWarning(string message);

    /// <summary>The server was told to stop.</summary>
    [LoggerMessage(2, LogLevel.Information, "stopping: {Clients} connected, {Seconds} s to finish; a second signal ends at once")]
    public partial void Stopping(int clients, double seconds);

    /// <summary>The server has stopped.</summary>
    [LoggerMessage(3, LogLevel.Information, "server stopped")]
    public partial void Stopped();

    /// <summary>A client is connected.</summary>
    public void Connected(Caller caller) => Connected(caller.Address, caller.Name);

    /// <summary>A client is gone.</summary>
    public void Disconnected(Caller caller, ConnectionEnd end) => Disconnected(caller.Address, caller.Name, end);

    /// <summary>A client was not let in.</summary>
    [LoggerMessage(6, LogLevel.Warning, "{Address} refused: {Error}: {Message}")]
    public partial void Refused(IPEndPoint address, string error, string message);

    /// <summary>A fault of this program, or of what it stands on; the client was told only that there was one.</summary>
    public void Fault(Caller caller, Exception fault) => Fault(caller.Address, caller.Name, fault);

    /// <summary>What is behind a refusal that the client was told in general terms.</summary>
    public void Cause(Caller caller, WirephotoException refusal) =>
        Cause(caller.Address, caller.Name, refusal.Code.Word(), refusal.InnerException!.GetType().Name, refusal.InnerException.Message);

    /// <summary>Connections could not be accepted for a moment.</summary>
    [LoggerMessage(9, LogLevel.Error, "connections can't be accepted: {Message}")]
    public partial void AcceptFailed(string message);

    /// <summary>Something the store noticed.</summary>
    public void Store(StoreEvent noticed)
    {
        var about = noticed.Name is null ? noticed.Message : $"{noticed.Name}: {noticed.Message}";
        if (noticed.Kind == StoreEventKind.Damaged) StoreDamage(noticed.Kind, about);
        else if (noticed.Cause is null) Store(noticed.Kind, about);
        else StoreFailure(noticed.Kind, about, noticed.Cause.Message);
    }

    /// <summary>Uploads that nobody went on with were removed.</summary>
    [LoggerMessage(11, LogLevel.Information, "swept {Uploads} unfinished uploads, {Bytes} bytes freed")]
    public partial void Swept(int uploads, long bytes);

    /// <summary>A periodic task failed; it will be tried again.</summary>
    [LoggerMessage(12, LogLevel.Error, "sweeping unfinished uploads failed")]
    public partial void SweepFailed(Exception cause);

    /// <summary>The summary of a request, whatever protocol it came in.</summary>
    /// <param name="caller">The client.</param>
    /// <param name="request">The request's word, in capitals; - for what belongs to none.</param>
    /// <param name="file">The image it is about; empty: none.</param>
    /// <param name="success">Whether it was done and answered.</param>
    /// <param name="message">What came of it.</param>
    public void Request(Caller caller, string request, string file, bool success, string message)
    {
        var result = success ? "success" : "failure";
        if (file.Length == 0) Summary(caller.Address, request, result, message);
        else Summary(caller.Address, request, file, result, message);
    }

    [LoggerMessage(4, LogLevel.Information, "{Address} {Client} connected")]
    partial void Connected(IPEndPoint address, string client);

    [LoggerMessage(5, LogLevel.Information, "{Address} {Client} disconnected: {End}")]
    partial void Disconnected(IPEndPoint address, string client, ConnectionEnd end);

    [LoggerMessage(7, LogLevel.Error, "{Address} {Client} fault")]
    partial void Fault(IPEndPoint address, string client, Exception fault);

    [LoggerMessage(8, LogLevel.Error, "{Address} {Client} {Error} because of {Exception}: {Cause}")]
    partial void Cause(IPEndPoint address, string client, string error, string exception, string cause);

    [LoggerMessage(10, LogLevel.Information, "store {Kind}: {Message}")]
    partial void Store(StoreEventKind kind, string message);

    [LoggerMessage(15, LogLevel.Error, "store {Kind}: {Message}")]
    partial void StoreDamage(StoreEventKind kind, string message);

    [LoggerMessage(13, LogLevel.Error, "store {Kind}: {Message}: {Cause}")]
    partial void StoreFailure(StoreEventKind kind, string message, string cause);

    [LoggerMessage(20, LogLevel.Information, "{Address} {Request} {Result} {Message}")]
    partial void Summary(IPEndPoint address, string request, string result, string message);

    [LoggerMessage(21, LogLevel.Information, "{Address} {Request} {File} {Result} {Message}")]
    partial void Summary(IPEndPoint address, string request, string file, string result, string message);
}
