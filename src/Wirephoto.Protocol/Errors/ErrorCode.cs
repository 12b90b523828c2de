namespace Wirephoto.Protocol.Errors;

/// <summary>Everything that can go wrong, on the wire or at one end. <see cref="ErrorCatalogue"/> says what each one means.</summary>
#pragma warning disable CS1591 // the catalogue describes each of them, in one place
public enum ErrorCode
{
    // The message itself.
    BadHead,
    BadRequest,
    UnknownRequest,
    UnsupportedProtocol,
    TooLarge,

    // The name.
    BadName,
    UnsupportedType,
    Exists,
    NotFound,

    // The bytes.
    Empty,
    NotAnImage,
    TooManyPixels,
    WrongDigest,
    Damaged,
    Changed,

    // The upload.
    UnknownUpload,
    UploadConflict,
    WrongOffset,
    TakenOver,
    TooManyUploads,

    // The server.
    StorageFull,
    StorageFailed,
    ServerFull,
    Protected,
    Forbidden,
    BadToken,
    TlsRequired,
    Timeout,
    ShuttingDown,
    Internal,

    // Known only to the client.
    NoConnection,
    Untrusted,
    InDoubt,
    BadReply,
    LocalExists,
    LocalMissing,
    LocalFailed,
    LocalChanged,
    Usage,
}
