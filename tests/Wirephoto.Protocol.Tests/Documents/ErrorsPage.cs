using System.Text;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Protocol.Tests.Documents;

/// <summary>The page <c>docs/errors.md</c>, made from the catalogue.</summary>
static class ErrorsPage
{
    static readonly (ErrorCode First, string Title)[] Groups =
    [
        (ErrorCode.BadHead, "The message"), (ErrorCode.BadName, "The name"), (ErrorCode.Empty, "The bytes"),
        (ErrorCode.UnknownUpload, "The upload"), (ErrorCode.StorageFull, "The server"), (ErrorCode.NoConnection, "Known only to the client"),
    ];

    public static string Render()
    {
        var page = new StringBuilder();
        page.Append("""
            # Errors

            <!-- Made from src/Wirephoto.Protocol/Errors/ErrorCatalogue.cs by tests/Wirephoto.Protocol.Tests/Documents. Change the
                 catalogue, then run that test with WIREPHOTO_UPDATE_DOCS=1. -->

            An error reply carries the *word* in `error`, a line for people in `message`, and `retry`; see [protocol.md](protocol.md#errors). The
            command line ends with the *exit* code; of several, with the highest.

            - **retry**: the same request can succeed later without anybody changing it.
            - **closes**: the server closes the connection after it. (Any error also closes it when a body is too large to be read away.)

            | exit | meaning |
            |---|---|
            | 0 | all done |

            """);
        foreach (var kind in Enum.GetValues<ErrorKind>().Order()) page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {(int)kind} | {Meaning(kind)} |\n");
        foreach (var info in ErrorCatalogue.All)
        {
            if (Groups.FirstOrDefault(group => group.First == info.Code).Title is { } title)
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n## {title}\n\n| error | exit | retry | closes | what to do |\n|---|---|---|---|---|\n");
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{info.Word}` | {(int)info.Kind} | {YesNo(info.Retry)} | {YesNo(info.Closes)} | {info.Remedy} |\n");
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    static string Meaning(ErrorKind kind) => kind switch
    {
        ErrorKind.Request => "some request was refused, or failed",
        ErrorKind.Usage => "the command line itself is wrong; nothing was sent",
        ErrorKind.Connection => "no connection, or it was lost",
        ErrorKind.Access => "the server does not let this client in, or not do this",
        ErrorKind.Integrity => "bytes are not what their digest says",
        ErrorKind.LocalFile => "a file on the client's side is in the way, missing or unreadable",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    static string YesNo(bool value) => value ? "yes" : "no";
}
