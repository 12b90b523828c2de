using System.Collections.Frozen;
using static Wirephoto.Protocol.Errors.ErrorKind;

namespace Wirephoto.Protocol.Errors;

/// <summary>One line of the catalogue.</summary>
/// <param name="Code">The error.</param>
/// <param name="Word">Its word on the wire, in logs and in JSON reports.</param>
/// <param name="Kind">Its kind, which is the command line's exit code.</param>
/// <param name="Retry">Whether the same request can succeed later without anybody changing it.</param>
/// <param name="Closes">Whether a server closes the connection after it, because the byte stream can't be followed any further.</param>
/// <param name="Remedy">What the person who sees it can do, in one line.</param>
public sealed record ErrorInfo(ErrorCode Code, string Word, ErrorKind Kind, bool Retry, bool Closes, string Remedy);

/// <summary>The one list of errors: the wire, the logs, the command line and the page in <c>docs/errors.md</c> are made from it.</summary>
public static class ErrorCatalogue
{
    /// <summary>All errors, in the order of the page.</summary>
    public static IReadOnlyList<ErrorInfo> All { get; } =
    [
        new(ErrorCode.BadHead, "bad_head", Request, Retry: false, Closes: true, "Send one UTF-8 JSON object per head, exactly as long as its length says."),
        new(ErrorCode.BadRequest, "bad_request", Request, false, false, "Send the members that docs/protocol.md lists for this request, with their types."),
        new(ErrorCode.UnknownRequest, "unknown_request", Request, false, false, "Use one of the requests that docs/protocol.md lists."),
        new(ErrorCode.UnsupportedProtocol, "unsupported_protocol", Request, false, true, "Use a client that speaks one of the protocol versions in 'versions'."),
        new(ErrorCode.TooLarge, "too_large", Request, false, false, "Make it smaller; for images, the server's owner can raise --max-size."),

        new(ErrorCode.BadName, "bad_name", Request, false, false, "Choose another name: the message says which rule this one breaks."),
        new(ErrorCode.UnsupportedType, "unsupported_type", Request, false, false, "Only images are stored, by default .jpg, .jpeg and .png; the server's owner can widen --types. A folder is written with a '/' at its end."),
        new(ErrorCode.Exists, "exists", Request, false, false, "Nothing is ever overwritten: choose another name with --as, or delete the stored image first."),
        new(ErrorCode.NotFound, "not_found", Request, false, false, "Check the spelling; 'list' shows what is stored."),

        new(ErrorCode.Empty, "empty", Request, false, false, "An empty file is not an image: check the file on the sending side."),
        new(ErrorCode.NotAnImage, "not_an_image", Request, false, false, "The file is damaged, cut short, or not what its extension says: check it on the sending side."),
        new(ErrorCode.TooManyPixels, "too_many_pixels", Request, false, false, "The image declares more pixels than this server accepts."),
        new(ErrorCode.WrongDigest, "wrong_digest", Integrity, true, false, "The bytes changed on the way or while they were read: transfer the image again. If a get says so again, the stored image is damaged."),
        new(ErrorCode.Damaged, "damaged", Integrity, false, false, "The stored bytes are no longer what was stored: restore this image from a copy."),
        new(ErrorCode.Changed, "changed", Request, false, false, "The stored image is not the one that was meant: look at it again with 'stat'."),

        new(ErrorCode.UnknownUpload, "unknown_upload", Request, true, false, "Start with 'begin' on this connection: the upload expired, was aborted, or never began."),
        new(ErrorCode.UploadConflict, "upload_conflict", Request, false, false, "This upload token belongs to another image: choose a new random token."),
        new(ErrorCode.WrongOffset, "wrong_offset", Request, true, false, "Go on at the 'offset' that the error carries."),
        new(ErrorCode.TakenOver, "taken_over", Request, false, false, "A newer connection goes on with this upload; leave it to that one."),
        new(ErrorCode.TooManyUploads, "too_many_uploads", Request, true, false, "Finish or abort some of the unfinished uploads, or wait until they expire."),

        new(ErrorCode.StorageFull, "storage_full", Request, true, false, "Free some space where the images are stored."),
        new(ErrorCode.StorageFailed, "storage_failed", Request, true, false, "The server's log says what the disk refused; check rights and health of the folder."),
        new(ErrorCode.ServerFull, "server_full", Connection, true, true, "Try again later, or raise --max-clients on the server."),
        new(ErrorCode.Protected, "protected", Access, false, true, "The owner can start the server with --open to serve other machines."),
        new(ErrorCode.Forbidden, "forbidden", Access, false, false, "Ask the owner of the server for this permission."),
        new(ErrorCode.BadToken, "bad_token", Access, false, true, "Connect with a token that this server knows, or without one."),
        new(ErrorCode.TlsRequired, "tls_required", Access, false, true, "Connect with TLS: --tls, or wirephotos:// in the address."),
        new(ErrorCode.Timeout, "timeout", Connection, true, true, "The connection was silent or too slow for the server's deadlines: connect again."),
        new(ErrorCode.ShuttingDown, "shutting_down", Connection, true, true, "The server is stopping: connect again when it is back."),
        new(ErrorCode.Internal, "internal", Request, true, true, "This is a fault of the server; its log has the details."),

        new(ErrorCode.NoConnection, "no_connection", Connection, true, true, "Check host, port and network, and that the server runs; a put or get that was broken off goes on when it is repeated."),
        new(ErrorCode.Untrusted, "untrusted", Connection, false, true, "Compare the fingerprint with the one in the server's log; if they are the same, connect with --pin and that fingerprint, or give its authority with --ca FILE."),
        new(ErrorCode.InDoubt, "in_doubt", Connection, true, true, "The connection was lost before the reply came: repeat the request, which is safe."),
        new(ErrorCode.BadReply, "bad_reply", Connection, false, true, "The other side does not speak this protocol: check host and port."),
        new(ErrorCode.LocalExists, "local_exists", LocalFile, false, false, "No local file is ever overwritten: move it away, or use --to or --as."),
        new(ErrorCode.LocalMissing, "local_missing", LocalFile, false, false, "Check the path of the local file."),
        new(ErrorCode.LocalFailed, "local_failed", LocalFile, false, false, "The local file or folder could not be read or written: check rights and space."),
        new(ErrorCode.LocalChanged, "local_changed", Integrity, true, false, "The local file changed while it was sent: send it again when it is still."),
        new(ErrorCode.Usage, "usage", ErrorKind.Usage, false, false, "See --help."),
    ];

    static readonly FrozenDictionary<ErrorCode, ErrorInfo> ByCode = All.ToFrozenDictionary(info => info.Code);
    static readonly FrozenDictionary<string, ErrorInfo> ByWord = All.ToFrozenDictionary(info => info.Word);

    /// <summary>The catalogue's line for an error.</summary>
    public static ErrorInfo Info(this ErrorCode code) => ByCode[code];

    /// <summary>The word of an error on the wire.</summary>
    public static string Word(this ErrorCode code) => ByCode[code].Word;

    /// <summary>The error with this word, or null for a word that a newer server made up.</summary>
    public static ErrorCode? FromWord(string word) => ByWord.TryGetValue(word, out var info) ? info.Code : null;
}
