namespace Wirephoto.Protocol.Errors;

/// <summary>What a script needs to know of a failure; the number is the command line's exit code.</summary>
public enum ErrorKind
{
    /// <summary>The request was understood and refused, or it failed.</summary>
    Request = 1,

    /// <summary>The command line itself is wrong; nothing was sent.</summary>
    Usage = 2,

    /// <summary>No connection, or it was lost.</summary>
    Connection = 3,

    /// <summary>The server does not let this client in, or not do this.</summary>
    Access = 4,

    /// <summary>Bytes are not what their digest says.</summary>
    Integrity = 5,

    /// <summary>A file on the client's side is in the way, missing or unreadable.</summary>
    LocalFile = 6,
}
