namespace Wirephoto.Server.Dialects;

/// <summary>The wire formats that can be told apart by their first bytes; docs/dialects.md describes D1 to D4.</summary>
public enum WireFormat
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>The client closed without a byte, as some do after an error of their own.</summary>
    Silent,

    /// <summary>A TLS ClientHello.</summary>
    Tls,

    /// <summary>2-byte length and JSON: docs/protocol.md.</summary>
    Native,

    /// <summary>4-byte length and a pickled dictionary.</summary>
    D1,

    /// <summary>A line of text, OK or ER, 8-byte length.</summary>
    D2,

    /// <summary>Text that ends in a space, 4-byte length.</summary>
    D3,

    /// <summary>A session in which the server speaks first; it has a port of its own.</summary>
    D4,
}
