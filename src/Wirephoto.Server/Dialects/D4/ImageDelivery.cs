using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>An image between START and END.</summary>
/// <remarks>
/// The client reads until one receive gives it END, so that neither START nor END may arrive together with the data, and no receive may end with an END that
/// is the image's own: every PNG has one in its last chunk, IEND. The data is sent in parts with pauses between them: a part ends after the E of each such END, and
/// before the last bytes in any case.
/// </remarks>
sealed class ImageDelivery(OpenImage image, MessageWriter answers)
{
    // What follows the IE of a PNG's IEND.
    const int HeldBack = 6;

    // Chance makes an END in every 16 MiB or so; an image that was made of them must not take hours.
    const int MostSplits = 64;

    // A client takes START at once, but may be behind with the data: its machine holds some MiB for it.
    static readonly TimeSpan AfterStart = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan AfterPart = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan ForEachMegabyte = TimeSpan.FromMilliseconds(50);
    const int MostMegabytes = 8;

    int splits;

    /// <summary>Sends all of it.</summary>
    /// <exception cref="EndOfStreamException">The image could not be read to its end.</exception>
    public async Task RunAsync()
    {
        var size = image.Image.Length;
        await answers.SendAsync($"START {size} {image.Image.Name.FileName}");
        await answers.SettleAsync(AfterStart);
        for (var sent = 0L; sent < size;)
        {
            var from = sent;
            sent = await SendPartAsync(from, from < size - HeldBack ? size - HeldBack : size);
            await answers.SettleAsync(AfterPart + (ForEachMegabyte * Math.Min(MostMegabytes, (sent - from) >> 20)));
        }

        await answers.SendAsync("END");
    }

    // Sends up to the end or the next place to split, and returns how far that is.
    async ValueTask<long> SendPartAsync(long from, long end)
    {
        using var buffer = TransferBuffer.Rent();
        while (from < end)
        {
            var bytes = buffer.Memory[..(int)Math.Min(end - from, TransferBuffer.Size)];
            await ReadAsync(from, bytes);
            if (splits < MostSplits && bytes.Span.IndexOf("END"u8) is >= 0 and var found)
            {
                splits++;
                await answers.SendAsync(bytes[..(found + 1)]);
                return from + found + 1;
            }

            // An END may begin in the last two bytes: they are looked at again together with what follows.
            var sure = from + bytes.Length == end ? bytes.Length : bytes.Length - 2;
            await answers.SendAsync(bytes[..sure]);
            from += sure;
        }

        return from;
    }

    async ValueTask ReadAsync(long from, Memory<byte> bytes)
    {
        try
        {
            for (var done = 0; done < bytes.Length;)
            {
                var read = await image.ReadAsync(from + done, bytes[done..], CancellationToken.None);
                if (read == 0) throw new EndOfStreamException("the image became shorter while it was sent");
                done += read;
            }
        }
        catch (Exception e) when (e is WirephotoException or IOException and not EndOfStreamException)
        {
            throw new EndOfStreamException("the image could not be read to its end", e);
        }
    }
}
