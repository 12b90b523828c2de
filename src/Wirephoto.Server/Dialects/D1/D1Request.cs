using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>A request as far as it has arrived.</summary>
sealed class D1Request(IReadOnlyDictionary<string, PickleValue> members)
{
    public const string FileData = "FILE_DATA";
    public const string Put = "PUT";
    public const string Get = "GET";
    public const string List = "LIST";

    /// <summary>The word in COMMAND; null: none yet.</summary>
    public string? Command => Text("COMMAND");

    /// <summary>FILENAME as it was sent; null: none yet.</summary>
    public string? Filename => Text("FILENAME");

    /// <summary>The image's name: the path that was sent without its folders.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadRequest"/>: there is none.</exception>
    public string Name => Filename is { } path
        ? TopFolder.LastSegment(path)
        : throw new WirephotoException(ErrorCode.BadRequest, $"FILENAME is missing: {Command} needs the name of an image");

    /// <summary>Checks what holds for every request.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadRequest"/> or <see cref="ErrorCode.UnknownRequest"/>.</exception>
    public void Check()
    {
        if (members.TryGetValue(FileData, out var data) && data.Kind == PickleKind.Text)
            throw new WirephotoException(ErrorCode.BadRequest, "FILE_DATA must be bytes or None");
        if (Text("STATUS") is not (null or "REQUEST")) throw new WirephotoException(ErrorCode.BadRequest, "STATUS of a request must be 'REQUEST' or None");
        if (Command is null) throw new WirephotoException(ErrorCode.BadRequest, "COMMAND is missing: it must be GET, PUT or LIST");
        if (Command is not (Put or Get or List)) throw new WirephotoException(ErrorCode.UnknownRequest, $"there is no command '{Command}': it must be GET, PUT or LIST");
    }

    string? Text(string name) => members.TryGetValue(name, out var value) && value.Kind == PickleKind.Text ? value.Text : null;
}
