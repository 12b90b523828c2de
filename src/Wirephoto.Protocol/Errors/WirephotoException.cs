namespace Wirephoto.Protocol.Errors;

/// <summary>A failure with its place in the <see cref="ErrorCatalogue"/>.</summary>
public class WirephotoException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="code">Its place in the catalogue.</param>
    /// <param name="message">One line for people: what was refused, which rule, where. No path of the server's machine.</param>
    /// <param name="inner">What caused it, for the log; never sent.</param>
    public WirephotoException(ErrorCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The place in the catalogue.</summary>
    public ErrorCode Code { get; }

    /// <summary>What the person who sees it can do, where the catalogue's line is too general; null: that line. Never sent.</summary>
    public string? Remedy { get; init; }

    /// <summary>What goes with the error on the wire, such as the offset to go on at.</summary>
    public ErrorDetails Details { get; init; } = ErrorDetails.None;
}
