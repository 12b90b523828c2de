using System.Buffers.Binary;

namespace Wirephoto.TestImages;

/// <summary>A valid PNG of an exact length, made while it is read.</summary>
/// <remarks>
/// <code>
/// head  signature, IHDR, IDAT with the two bytes of the zlib header
/// page  IDAT with one stored deflate block of whole rows; all pages are one template that ends in the page's number      x pages
/// tail  IDAT with the last stored block and the Adler-32, a private chunk that fills the length up, IEND
/// </code>
/// Because only the last eight data bytes of a page differ, its CRC continues from one precomputed register, and the Adler-32
/// of all pages follows from the sums of the template: a gigabyte costs what copying it costs.
/// </remarks>
internal sealed class NoisePngStream : Stream
{
    private const uint AdlerModulus = 65521;
    private const int NumberLength = 8, ChunkOverhead = 12, StoredOverhead = 5;

    private readonly byte[] head, page, tail;
    private readonly uint pageRegister;
    private readonly long pages;
    private long position;

    public NoisePngStream(long length, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TestPng.SmallestSize);
        Length = length;
        var width = length switch { < 2048 => 4, < 1 << 20 => 64, _ => 2048 };
        var row = 1 + width * 3;
        var rowsPerPage = 65535 / row;
        page = Page(rowsPerPage, row, seed);
        pageRegister = PngChunk.Crc(uint.MaxValue, page.AsSpan(4, page.Length - 8 - NumberLength));

        // What is left for rows and filler after signature, IHDR, the zlib header's IDAT, the last IDAT without rows, and IEND.
        var room = length - (8 + 25 + 14) - (ChunkOverhead + StoredOverhead + 4) - ChunkOverhead;
        (pages, var rest) = Math.DivRem(room, page.Length);
        var lastRows = (int)Math.Min(rowsPerPage, rest / row);
        var filler = rest - (long)lastRows * row;
        if (filler is > 0 and < ChunkOverhead && lastRows > 0)
            (lastRows, filler) = (lastRows - 1, filler + row);
        else if (filler is > 0 and < ChunkOverhead)
            (pages, lastRows, filler) = (pages - 1, rowsPerPage, filler + ChunkOverhead + StoredOverhead);

        head = [.. PngChunk.Signature, .. PngChunk.Header((uint)width, checked((uint)(pages * rowsPerPage + lastRows))), .. PngChunk.Make("IDAT", 0x78, 0x01)];
        tail = Tail(lastRows * row, (int)filler);
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length { get; }

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length && position < Length)
        {
            var source = At(position);
            var count = Math.Min(source.Length, buffer.Length - total);
            source[..count].CopyTo(buffer[total..]);
            total += count;
            position += count;
        }
        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => Length,
    };

    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlySpan<byte> At(long offset)
    {
        if (offset < head.Length)
            return head.AsSpan((int)offset);
        var (number, within) = Math.DivRem(offset - head.Length, page.Length);
        if (number >= pages)
            return tail.AsSpan((int)(offset - head.Length - pages * page.Length));
        var end = page.AsSpan(page.Length - 4 - NumberLength);
        BinaryPrimitives.WriteInt64BigEndian(end, number);
        BinaryPrimitives.WriteUInt32BigEndian(end[NumberLength..], ~PngChunk.Crc(pageRegister, end[..NumberLength]));
        return page.AsSpan((int)within);
    }

    private static byte[] Page(int rows, int row, int seed)
    {
        var data = new byte[StoredOverhead + rows * row];
        Stored(data, final: false);
        var noise = new Noise(seed);
        for (var y = 0; y < rows; y++)
            noise.Fill(data.AsSpan(StoredOverhead + y * row + 1, row - 1));
        return PngChunk.Make("IDAT", data);
    }

    // BFINAL and BTYPE 00, then the length and its complement, little-endian (RFC 1951, 3.2.4).
    private static void Stored(Span<byte> block, bool final)
    {
        var length = (ushort)(block.Length - StoredOverhead);
        block[0] = final ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(block[1..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(block[3..], (ushort)~length);
    }

    private byte[] Tail(int lastLength, int filler)
    {
        var rows = page.AsSpan(8 + StoredOverhead, page.Length - ChunkOverhead - StoredOverhead);
        var last = rows[..lastLength];
        var (a, b) = (1u, 0u);
        Span<byte> number = stackalloc byte[NumberLength];
        var template = rows[..^NumberLength];
        var (sum, weighted) = Adler(0, 0, template);
        for (long i = 0; i < pages; i++)
        {
            b = (uint)((b + (ulong)a * (uint)template.Length + weighted) % AdlerModulus);
            a = (a + sum) % AdlerModulus;
            BinaryPrimitives.WriteInt64BigEndian(number, i);
            (a, b) = Adler(a, b, number);
        }
        var data = new byte[StoredOverhead + lastLength + 4];
        Stored(data.AsSpan(0, data.Length - 4), final: true);
        last.CopyTo(data.AsSpan(StoredOverhead));
        (a, b) = Adler(a, b, last);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(data.Length - 4), b << 16 | a);
        return [.. PngChunk.Make("IDAT", data), .. filler == 0 ? [] : PngChunk.Make("fiLl", new byte[filler - ChunkOverhead]), .. PngChunk.Make("IEND")];
    }

    private static (uint A, uint B) Adler(uint a, uint b, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            a = (a + value) % AdlerModulus;
            b = (b + a) % AdlerModulus;
        }
        return (a, b);
    }
}
