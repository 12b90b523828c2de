using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Service;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>
/// FILE_DATA of one request. It goes to staging as it arrives, and becomes an image only when the rest of the dictionary is there and is right.
/// </summary>
sealed class D1Upload(TopFolder folder) : IAsyncDisposable
{
    /// <summary>Bytes that are held when FILE_DATA comes before the command and the name that say what it is.</summary>
    public const int MaxEarlyBytes = 64 * 1024;

    Ingest? ingest;
    byte[]? early;
    WirephotoException? refusal;

    /// <summary>Receives the data. A refusal does not show before the end: the rest of the request is read first.</summary>
    public async Task ReceiveAsync(D1Request request, BodyReader body, CancellationToken cancel)
    {
        try
        {
            if (request is { Command: D1Request.Put, Filename: { } name }) await StageAsync(name, body, cancel);
            else if (request.Command is null or D1Request.Put) early = await HoldAsync(body, cancel);
        }
        catch (WirephotoException refused)
        {
            refusal = refused;
        }

        await body.DrainAsync(cancel);
    }

    /// <summary>Publishes the image.</summary>
    /// <exception cref="WirephotoException">Why it can't be.</exception>
    public async Task<StoredImage> CommitAsync(D1Request request, CancellationToken cancel)
    {
        if (refusal is not null) throw refusal;
        if (early is not null) await StageAsync(request.Name, new BodyReader(new Duplex(new MemoryStream(early)), early.Length), cancel);
        if (ingest is null) throw new WirephotoException(ErrorCode.BadRequest, "FILE_DATA is missing: PUT needs the bytes of an image");

        // These clients send no digest: what arrived is what counts, if it is a whole image.
        return await ingest.CommitAsync(ingest.PrefixDigest);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ingest?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task StageAsync(string name, BodyReader body, CancellationToken cancel)
    {
        ingest = await folder.BeginAsync(name, body.Size, cancel);
        await ingest.ReceiveAsync(0, body, cancel);
    }

    static async Task<byte[]> HoldAsync(BodyReader body, CancellationToken cancel) => body.Size <= MaxEarlyBytes
        ? await body.ReadAllAsync(MaxEarlyBytes, cancel)
        : throw new WirephotoException(ErrorCode.BadRequest, $"FILE_DATA of more than {MaxEarlyBytes} bytes must come after COMMAND and FILENAME");
}
