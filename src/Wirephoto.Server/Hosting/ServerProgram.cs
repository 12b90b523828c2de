using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage.Folder;

namespace Wirephoto.Server.Hosting;

/// <summary>The program from its command line to its exit code: 0 stopped as asked, 1 could not start, 2 wrong usage.</summary>
static class ServerProgram
{
    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new ServerCommand();
        if (args.Any(arg => arg is "--help" or "-h" or "-?" or "--version")) return await command.Root.Parse(args).InvokeAsync();

        ServerOptions options;
        try
        {
            if (command.ReadCheck(args) is { } check) return await CheckAsync(check);
            options = command.Read(args);
        }
        catch (WirephotoException wrong)
        {
            return Refuse(wrong.Message.TrimEnd('.') + " (see --help)", exitCode: 2);
        }

        try
        {
            await ServeAsync(options, TimeProvider.System);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Asked to stop while it was starting.
            return 0;
        }
        catch (Exception e) when (e is WirephotoException or PlatformNotSupportedException)
        {
            return Refuse(e.Message, exitCode: 1);
        }
    }

    static async Task<int> CheckAsync(CheckOptions options)
    {
        using var signals = new StopSignals();
        try
        {
            return await CheckProgram.RunAsync(options, TimeProvider.System, signals.Drain);
        }
        catch (OperationCanceledException)
        {
            return Refuse("the check was stopped before it was done", exitCode: 1);
        }
        catch (WirephotoException e)
        {
            return Refuse(e.Message, exitCode: 1);
        }
    }

    static async Task ServeAsync(ServerOptions options, TimeProvider clock)
    {
        NameKey.EnsureRuntimeNormalizes();
        using var signals = new StopSignals();
        using var logging = LoggingSetup.Create(options.Log, clock);
        var log = new ServerLog(logging.CreateLogger("wirephotod"));

        if (FileHandles.Most < options.Limits.FileHandles) log.FewFileHandles(FileHandles.Most, options.Limits.Clients, options.Limits.FileHandles);

        // What a person has to mend first is told first.
        if (options.CertificateFile is not null) options = options with { Certificate = ReadCertificate(options, clock, log) };

        // The ports next: a server that can't have them does not touch the folder.
        using var listener = Listener.Open(options.Bind, options.Port, options.Limits.Backlog);
        using var sessions = options.SessionPort is { } port ? Listener.Open(options.Bind, port, options.Limits.Backlog) : null;
        await using var store = await FolderStore.OpenAsync(
            new FolderStoreOptions
            {
                Folder = options.Folder,
                Types = options.Types,
                Reserve = options.Reserve,
                NewExaminer = StandardExaminer.Factory(options),
                Clock = clock,
                ScrubRate = options.ScrubRate,
                Rescan = options.Rescan,
                Log = log.Store,
            },
            signals.Drain);
        await using var host = new ServerHost(listener, sessions, store, options, clock, log);
        await host.RunAsync(signals.Drain, signals.EndNow);
    }

    static ServerCertificate ReadCertificate(ServerOptions options, TimeProvider clock, ServerLog log)
    {
        var certificate = ServerCertificate.Read(options.CertificateFile!, options.KeyFile);
        foreach (var warning in certificate.Warnings(clock.GetUtcNow())) log.CertificateWarning(warning);
        log.OffersTls(certificate.Subject, certificate.Fingerprint, options.Tls == TlsRule.Required ? "required" : "offered");
        return certificate;
    }

    static int Refuse(string message, int exitCode)
    {
        Console.Error.WriteLine("wirephotod: " + VisibleText.Escape(message));
        return exitCode;
    }
}
