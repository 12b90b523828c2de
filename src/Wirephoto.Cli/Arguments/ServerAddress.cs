using System.Globalization;

namespace Wirephoto.Cli.Arguments;

/// <summary>Where the server is.</summary>
readonly record struct ServerAddress(string Host, int Port, bool Tls = false)
{
    /// <summary>The port when an address has none.</summary>
    public const int DefaultPort = 5000;

    const string Scheme = "wirephoto://";
    const string TlsScheme = "wirephotos://";

    /// <summary>Whether a word is an address of its own: <c>wirephoto://host[:port]</c>, <c>wirephotos://host[:port]</c> or <c>host:port</c>.</summary>
    public static bool Looks(string word)
    {
        if (After(Scheme, word) is not null || After(TlsScheme, word) is not null) return true;
        var colon = word.LastIndexOf(':');
        if (colon <= 0 || colon == word.Length - 1) return false;

        // An IPv6 address without brackets is a host that wants its port as the next word.
        return (word[colon - 1] == ']' || !word.AsSpan(0, colon).Contains(':')) && !word.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Reads <c>wirephoto://host[:port]</c>, <c>wirephotos://host[:port]</c> (which is inside TLS) or <c>host[:port]</c>.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    public static ServerAddress Parse(string text)
    {
        var secured = After(TlsScheme, text);
        var rest = secured ?? After(Scheme, text) ?? text;
        if (rest.EndsWith('/')) rest = rest[..^1];

        string host, port;
        if (rest.StartsWith('[') && rest.IndexOf(']') is > 0 and var end)
        {
            host = rest[1..end];
            port = rest[(end + 1)..];
        }
        else
        {
            var colon = rest.IndexOf(':');
            host = colon < 0 ? rest : rest[..colon];
            port = colon < 0 ? "" : rest[colon..];
        }

        if (!IsHost(host) || port is not ("" or [':', ..]))
            throw new UsageException($"'{text}' is not a server: write wirephoto://host or wirephoto://host:port");
        return new(host, port.Length == 0 ? DefaultPort : ParsePort(port[1..]), secured is not null);
    }

    /// <summary>Reads a host and a port that are words of their own.</summary>
    /// <exception cref="UsageException">The host is no name or address, or the port not a number in 1-65535.</exception>
    public static ServerAddress Parse(string host, string port) =>
        IsHost(host) ? new(host, ParsePort(port)) : throw new UsageException($"'{host}' is not a host: write the name or the address of the server, then its port");

    // Names of the DNS have 253 characters at most, and may end with a dot (RFC 1035, section 2.3.4); addresses are shorter.
    static bool IsHost(string text) => text.Length is >= 1 and <= 254 && !text.Any(c => c is '/' or '@' || char.IsWhiteSpace(c));

    static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new UsageException($"the port '{text}' is not a number in 1-65535");

    static string? After(string scheme, string text) => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? text[scheme.Length..] : null;

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
