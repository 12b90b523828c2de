using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Reports;

/// <summary>What came of one request and file.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="File">The image or file; null: the request has none.</param>
/// <param name="Message">One line for people. Not yet escaped.</param>
/// <param name="Error">Why it failed; null: it succeeded.</param>
sealed record Report(Verb Request, string? File, string Message, ErrorCode? Error = null)
{
    /// <summary>What the server said of the image, if anything.</summary>
    public ImageInfo? Image { get; init; }

    /// <summary>The local file that it is about, where <see cref="File"/> is a name on the server.</summary>
    public string? Path { get; init; }

    /// <summary>Whether nothing had to be done, because the image was there already.</summary>
    public bool AlreadyThere { get; init; }

    /// <summary>Bytes that an earlier run had transferred.</summary>
    public long Resumed { get; init; }

    /// <summary>What can be done about the failure; null: what the catalogue says.</summary>
    public string? Remedy { get; init; }

    /// <summary>Adds further members to the JSON object.</summary>
    public Action<HeadWriter>? Members { get; init; }

    /// <summary>Whether the request was done.</summary>
    public bool Success => Error is null;

    /// <summary>"success" or "failure".</summary>
    public string Status => Success ? "success" : "failure";

    /// <summary>The report of a failure.</summary>
    public static Report Failure(Verb request, string? file, WirephotoException failure) =>
        new(request, file, $"{failure.Code.Word()}: {failure.Message}", failure.Code)
        {
            Remedy = failure.Remedy,
            Members = failure.Details.Filename is { } taken ? json => json.Text("filename", taken) : null,
        };
}
