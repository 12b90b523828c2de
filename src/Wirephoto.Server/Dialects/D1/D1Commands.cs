using System.Text;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>What each command does. A new one is one line here.</summary>
sealed class D1Commands(TopFolder folder)
{
    // The list is one text in one dictionary. This many bytes hold the names of some 50,000 images.
    const int MaxListBytes = 1 << 20;

    /// <summary>Does what a complete request asks for.</summary>
    /// <exception cref="WirephotoException">Why it can't be done.</exception>
    public Task<D1Reply> AnswerAsync(D1Request request, D1Upload upload, CancellationToken cancel)
    {
        request.Check();
        return request.Command switch
        {
            D1Request.Put => PutAsync(request, upload, cancel),
            D1Request.Get => GetAsync(request, cancel),
            _ => ListAsync(request, cancel),
        };
    }

    static async Task<D1Reply> PutAsync(D1Request request, D1Upload upload, CancellationToken cancel)
    {
        _ = request.Name;
        var image = await upload.CommitAsync(request, cancel);
        return D1Reply.Done(request, null, $"stored {image.Length} bytes");
    }

    async Task<D1Reply> GetAsync(D1Request request, CancellationToken cancel)
    {
        var image = await folder.OpenAsync(request.Name, cancel);
        return D1Reply.Done(request, null, $"{image.Image.Length} bytes") with { Image = image };
    }

    async Task<D1Reply> ListAsync(D1Request request, CancellationToken cancel)
    {
        var names = new StringBuilder();
        var (images, left, bytes) = (0L, 0L, 0L);
        await foreach (var image in folder.ListAsync(cancel))
        {
            images++;
            bytes += 1 + Encoding.UTF8.GetByteCount(image.Name.Text);
            if (bytes > MaxListBytes) left++;
            else names.Append(images == 1 ? "" : "\n").Append(image.Name.Text);
        }

        if (images == 0) return new D1Reply(request.Command, request.Filename, "There are no images on the server", Ok: false, "no images");
        if (left > 0) names.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n... and {left} more");
        return D1Reply.Done(request, names.ToString(), $"{images} images");
    }
}
