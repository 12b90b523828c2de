using System.CommandLine;
using System.Globalization;
using System.Net;
using Wirephoto.Images;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Dialects;

namespace Wirephoto.Server.Options;

/// <summary>The command line: its options, their help, and what values they may have.</summary>
sealed class ServerCommand
{
    readonly Argument<string?> port = new("port") { Description = "TCP port to listen on, 1-65535.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<string> folder = new("--folder") { Description = "Folder of images. Default: the current folder.", HelpName = "DIR" };
    readonly Option<string> bind = new("--bind") { Description = "Address to listen on. Default: all addresses.", HelpName = "ADDR" };
    readonly Option<string> maxClients = new("--max-clients") { Description = "Clients at the same time. Default: 1000.", HelpName = "N" };
    readonly Option<string> maxSize = new("--max-size") { Description = "Largest image, such as 500MB or 8GiB. Default: 8GiB.", HelpName = "SIZE" };
    readonly Option<string> keepUploads = new("--keep-uploads") { Description = "Hours that an unfinished upload is kept after its last byte. Default: 24.", HelpName = "HOURS" };
    readonly Option<string> reserve = new("--reserve") { Description = "Space that uploads leave free on the disk. Default: a hundredth of it, 1GiB at most.", HelpName = "SIZE" };
    readonly Option<string> types = new("--types") { Description = "Accepted file extensions. Default: jpg,jpeg,png.", HelpName = "LIST" };
    readonly Option<string> accept = new("--accept") { HelpName = "structure|name", Description = "structure: the bytes must be a whole image of that type (default). name: the extension decides." };
    readonly Option<bool?> open = new("--open") { Description = "Serve other machines too. Without it, and with no users, only this machine is served." };
    readonly Option<string> certificate = new("--certificate") { Description = "PEM file with a certificate and its chain: clients may use TLS on the same port.", HelpName = "FILE" };
    readonly Option<string> key = new("--key") { Description = "PEM file with the certificate's private key. Default: it is in the certificate's file.", HelpName = "FILE" };
    readonly Option<string> tls = new("--tls") { HelpName = "offered|required", Description = "offered: clients may use TLS if there is a certificate (default). required: others are refused." };
    readonly Option<string> dialects = new("--dialects") { Description = "Older wire formats to understand: none, all (default), or some of d1,d2,d3,d4.", HelpName = "LIST" };
    readonly Option<string> sessionPort = new("--session-port") { Description = "TCP port for sessions in which the server speaks first (d4), customarily 12345. Default: none.", HelpName = "PORT" };
    readonly Option<string> sessionClients = new("--session-clients") { Description = "Such sessions at the same time. Default: 3.", HelpName = "N" };
    readonly Option<string> scrub = new("--scrub") { Description = "Read all images again in the background, so many bytes in a second, such as 10MB, and report those that are damaged. Default: off.", HelpName = "RATE" };
    readonly Option<string> rescan = new("--rescan") { Description = "Minutes between two comparisons of the whole folder with the index, or off. Default: 10.", HelpName = "MINUTES" };
    readonly Option<string> log = new("--log") { HelpName = "line|json", Description = "Log lines as text (line, default) or JSON (json)." };
    readonly Option<FileInfo> config = new("--config") { Description = "JSON file with these options by their names, such as {\"port\": 5000, \"open\": true}. The command line wins.", HelpName = "FILE" };

    public ServerCommand()
    {
        Root = new RootCommand(
            """
            Wirephoto server: stores and serves images over one TCP port.
            Images are ordinary files in the folder. Nothing is ever overwritten; an image is visible only when all of it
            has arrived, its SHA-256 agrees and it is on the disk.

            Example: wirephotod 5000 --folder ~/Pictures
            Are all images still what they were?  wirephotod check --folder ~/Pictures
            Stop it with Ctrl-C: running transfers are finished, for 30 seconds at most; a second Ctrl-C ends at once.
            """)
        {
            port, folder, bind, maxClients, maxSize, keepUploads, reserve, types, accept, open, certificate, key, tls, dialects, sessionPort, sessionClients, scrub, rescan, log, config,
        };
        Check = new CheckCommand(folder, types, accept, config);
        Root.Subcommands.Add(Check.Command);

        // Never called: that there is one makes the command line valid without a command.
        Root.SetAction(static _ => 0);
    }

    /// <summary>The command, for parsing and help.</summary>
    public RootCommand Root { get; }

    /// <summary>The command that checks a folder instead of serving it.</summary>
    public CheckCommand Check { get; }

    /// <summary>Turns a command line to check a folder into options; null: it is one to serve.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>, with what is wrong.</exception>
    public CheckOptions? ReadCheck(string[] args)
    {
        if (Root.Parse(args) is not { } parsed || parsed.CommandResult.Command != Check.Command) return null;
        if (parsed.Errors.Count > 0) throw Wrong(parsed.Errors[0].Message);
        return parsed.GetValue(port) is null ? Check.Read(parsed, Read) : throw Wrong("a check takes no port: wirephotod check --folder DIR");
    }

    /// <summary>Turns a parsed command line into options.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>, with what is wrong.</exception>
    public ServerOptions Read(string[] args)
    {
        var parsed = Checked(args);
        if (parsed.GetValue(config) is { } file) parsed = Checked([.. args, .. ConfigFile.MissingArguments(file, Root, parsed, port)]);

        var accepted = ReadTypes(parsed);
        var rule = Choice(parsed, accept, AcceptRule.Structure);
        if (rule == AcceptRule.Structure && accepted.All.FirstOrDefault(type => ImageFormats.ByExtension(type) is null) is { } unchecked_)
            throw Wrong($"the structure of '{unchecked_}' files can't be checked: add --accept name, or leave it out of --types");

        return new ServerOptions
        {
            Port = ReadPort(parsed),
            SessionPort = ReadSessionPort(parsed),
            Folder = parsed.GetValue(folder) ?? Directory.GetCurrentDirectory(),
            Bind = ReadAddress(parsed),
            Types = accepted,
            Reserve = parsed.GetValue(reserve) is "0" ? 0 : ReadSize(parsed, reserve),
            Accept = rule,
            Open = parsed.GetValue(open) ?? false,
            CertificateFile = parsed.GetValue(certificate),
            KeyFile = parsed.GetValue(key),
            Tls = ReadTls(parsed),
            Dialects = ReadDialects(parsed),
            Log = Choice(parsed, log, LogFormat.Line),
            ScrubRate = ReadScrub(parsed),
            Rescan = ReadRescan(parsed),
            Announced = ServerOptions.StandardLimits with { Length = ReadSize(parsed, maxSize) ?? ServerOptions.StandardLimits.Length },
            Limits = new ServerLimits
            {
                Clients = ReadCount(parsed, maxClients) ?? new ServerLimits().Clients,
                SessionClients = ReadCount(parsed, sessionClients) ?? new ServerLimits().SessionClients,
                UploadAge = ReadCount(parsed, keepUploads) is { } hours ? TimeSpan.FromHours(hours) : new ServerLimits().UploadAge,
            },
        };
    }

    ParseResult Checked(string[] args)
    {
        var parsed = Root.Parse(args);
        return parsed.Errors.Count == 0 ? parsed : throw Wrong(parsed.Errors[0].Message);
    }

    static T Choice<T>(ParseResult parsed, Option<string> option, T standard)
        where T : struct, Enum
    {
        if (parsed.GetValue(option) is not { } text) return standard;
        return text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var choice)
            ? choice
            : throw Wrong($"{option.Name} is {option.HelpName!.Replace("|", " or ", StringComparison.Ordinal)}, not '{text}'");
    }

    int ReadPort(ParseResult parsed)
    {
        if (parsed.GetValue(port) is not { } text) throw Wrong("the port is missing: wirephotod <port>, such as wirephotod 5000");
        return PortNumber(text);
    }

    int? ReadSessionPort(ParseResult parsed)
    {
        if (parsed.GetValue(sessionPort) is not { } text) return null;
        if (!ReadDialects(parsed).Contains(WireFormat.D4)) throw Wrong("--session-port is for d4, which --dialects leaves out");
        return PortNumber(text) is var number && number != ReadPort(parsed) ? number : throw Wrong($"--session-port and the port are both {text}: choose two");
    }

    TlsRule ReadTls(ParseResult parsed)
    {
        var rule = Choice(parsed, tls, TlsRule.Offered);
        if (parsed.GetValue(certificate) is null && parsed.GetValue(key) is not null) throw Wrong("--key is for a certificate: give its file with --certificate");
        if (rule == TlsRule.Offered) return rule;
        if (parsed.GetValue(certificate) is null) throw Wrong("--tls required needs a certificate: give its file with --certificate");
        return parsed.GetValue(sessionPort) is null ? rule : throw Wrong("--tls required goes with no --session-port: sessions (d4) know no TLS");
    }

    static int PortNumber(string text) =>
        Number(text, 1, IPEndPoint.MaxPort) ?? throw Wrong($"'{text}' is not a port: it must be a number from 1 to 65535");

    IPAddress? ReadAddress(ParseResult parsed)
    {
        if (parsed.GetValue(bind) is not { } text) return null;
        if (text is "localhost") return IPAddress.Loopback;
        return IPAddress.TryParse(text, out var address) ? address : throw Wrong($"'{text}' is not an IP address: --bind takes one such as 127.0.0.1 or ::1");
    }

    ImageTypes ReadTypes(ParseResult parsed)
    {
        if (parsed.GetValue(types) is not { } text) return ImageTypes.Default;
        try
        {
            return new ImageTypes(text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(type => type.TrimStart('.')));
        }
        catch (ArgumentException e)
        {
            throw Wrong($"--types: {e.Message}");
        }
    }

    IReadOnlySet<WireFormat> ReadDialects(ParseResult parsed)
    {
        if (parsed.GetValue(dialects) is not { } text) return DialectList.All;
        return DialectList.Parse(text) ?? throw Wrong($"'{text}' is no list of dialects: --dialects takes none, all, or some of d1,d2,d3,d4");
    }

    TimeSpan? ReadRescan(ParseResult parsed) => parsed.GetValue(rescan) switch
    {
        null => new ServerOptions { Port = 0, Folder = "" }.Rescan,
        "off" => null,
        var text => Number(text, 1, 10_080) is { } minutes
            ? TimeSpan.FromMinutes(minutes)
            : throw Wrong($"--rescan is a number of minutes from 1 to 10080, or off, not '{text}'"),
    };

    // Below it even a small folder takes years, and somebody has left out the unit.
    const long SlowestScrub = 1000;

    long? ReadScrub(ParseResult parsed)
    {
        if (parsed.GetValue(scrub) is null or "off") return null;
        var rate = ReadSize(parsed, scrub, "10MB, or off");
        return rate >= SlowestScrub ? rate : throw Wrong($"--scrub takes bytes in a second, 1kB at least, such as 10MB, not '{parsed.GetValue(scrub)}'");
    }

    static long? ReadSize(ParseResult parsed, Option<string> option, string example = "500MB or 8GiB") => parsed.GetValue(option) is { } text
        ? ByteSize.Parse(text) ?? throw Wrong($"'{text}' is not a size: {option.Name} takes one such as {example}")
        : null;

    static int? ReadCount(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } text
        ? Number(text, 1, 1_000_000) ?? throw Wrong($"{option.Name} is a number from 1 to 1000000, not '{text}'")
        : null;

    static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, null, out var number) && number >= least && number <= most ? number : null;

    static WirephotoException Wrong(string message) => new(ErrorCode.Usage, message);
}
