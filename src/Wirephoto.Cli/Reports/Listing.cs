using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Reports;

/// <summary>
/// The lines of a listing: names, folders with a <c>/</c> at the end. The long form has size, dimensions and date in columns that are aligned
/// block by block, so that a listing of any length takes little memory; a column never becomes narrower.
/// </summary>
sealed class Listing(bool verbose, Action<string> write)
{
    const int Block = 256;

    readonly List<(string Size, string Pixels, string Date, string Name)> block = [];
    int sizeWidth = 6;
    int pixelsWidth = 9;

    /// <summary>How many entries there were.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an entry.</summary>
    public void Add(ListEntry entry)
    {
        Count++;
        var name = VisibleText.Escape(entry.Image is { } image ? image.Filename : entry.Folder + "/");
        if (!verbose)
        {
            write(name);
            return;
        }

        block.Add(entry.Image is null ? ("-", "-", "-", name) : (Human.Size(entry.Image.Length), Pixels(entry.Image), Date(entry.Image), name));
        if (block.Count == Block) Flush();
    }

    /// <summary>Writes what is still kept back for its columns.</summary>
    public void Flush()
    {
        foreach (var row in block)
        {
            sizeWidth = Math.Max(sizeWidth, row.Size.Length);
            pixelsWidth = Math.Max(pixelsWidth, row.Pixels.Length);
        }

        const int DateWidth = 19;
        foreach (var (size, pixels, date, name) in block)
            write($"{size.PadLeft(sizeWidth)}  {pixels.PadLeft(pixelsWidth)}  {date.PadRight(DateWidth)}  {name}");
        block.Clear();
    }

    static string Pixels(ImageInfo image) => image is { Width: { } width, Height: { } height } ? $"{width}x{height}" : "-";

    static string Date(ImageInfo image) => (image.Modified ?? image.Stored) is { } time ? Human.Date(time) : "-";
}
