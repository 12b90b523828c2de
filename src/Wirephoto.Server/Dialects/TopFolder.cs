using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Native;
using Wirephoto.Server.Service;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects;

/// <summary>The image service as the dialects see it: one folder, names of one segment, and images that come in one piece without a digest.</summary>
public sealed class TopFolder(SessionContext context)
{
    /// <summary>What is left of a path that a client sent: all after its last <c>/</c> or <c>\</c>. The rules for names still apply to it.</summary>
    public static string LastSegment(string sent) => sent[(sent.AsSpan().LastIndexOfAny('/', '\\') + 1)..];

    /// <summary>Refuses a name that a new image can't get.</summary>
    public Task EnsureFreeAsync(string sent, CancellationToken cancel) => context.Images.EnsureFreeAsync(LastSegment(sent), cancel);

    /// <summary>Starts to take in an image; the caller disposes it. It can't be resumed.</summary>
    public Task<Ingest> BeginAsync(string sent, long length, CancellationToken cancel) =>
        context.Images.BeginAsync(context.Caller, LastSegment(sent), length, token: null, digest: null, modified: null, cancel);

    /// <summary>Receives all of an image and publishes it. These clients send no digest: what arrived is what counts, if it is a whole image.</summary>
    public static async Task<StoredImage> StoreAsync(Ingest ingest, BodyReader body, CancellationToken cancel)
    {
        await ingest.ReceiveAsync(0, body, cancel);
        await ingest.EnsureCompleteAsync();
        return await ingest.CommitAsync(ingest.PrefixDigest);
    }

    /// <summary>Opens an image; a name that differs only in case finds its twin when nothing has the exact spelling. The caller disposes it.</summary>
    public Task<OpenImage> OpenAsync(string sent, CancellationToken cancel) => context.Images.OpenAsync(LastSegment(sent), cancel);

    /// <summary>The images at the top, sorted, page by page.</summary>
    public async IAsyncEnumerable<StoredImage> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        do
        {
            var page = await context.Images.ListAsync(new ListRequest(After: after), cancel);
            foreach (var entry in page.Entries)
            {
                if (entry.Image is { } image) yield return image;
            }

            after = page.Next;
        }
        while (after is not null);
    }
}
