using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>Writes a dictionary byte for byte as Python's pickle.dumps does (protocol 4), with a gap where the bytes of an image belong.</summary>
/// <remarks><code>
/// 80 04   95 size:LE64   7d 94 28   ( 8c size:8 key 94   value 94 | None )*   75 2e
///         `--- FRAME: what follows, up to 64 KiB and the value that fills it; a larger value stands between two frames ---'
/// </code></remarks>
sealed class PickleWriter
{
    // From here on Python ends a frame, and writes a value outside of frames.
    const int FrameTarget = 64 * 1024;

    // Python leaves FRAME out before fewer bytes than these.
    const int FrameLeast = 4;

    readonly ArrayBufferWriter<byte> output = new(256);
    readonly ArrayBufferWriter<byte> frame = new(256);
    int gapAt = -1;
    int gapInFrame = -1;
    long gap;

    /// <summary>Starts the dictionary.</summary>
    public PickleWriter()
    {
        output.Write<byte>([Opcode.Proto, 4]);
        frame.Write<byte>([Opcode.EmptyDict, Opcode.Memoize, Opcode.Mark]);
    }

    /// <summary>Adds a text or None.</summary>
    public void Add(string key, string? text)
    {
        AddText(key);
        AddText(text);
    }

    /// <summary>Adds bytes that come from elsewhere: only their place is kept.</summary>
    public void AddGap(string key, long size)
    {
        AddText(key);
        EndFullFrame();
        gap = size;
        if (size >= FrameTarget)
        {
            EndFrame();
            WriteHeader(output, Opcode.ShortBinBytes, Opcode.BinBytes, size);
            gapAt = output.WrittenCount;
        }
        else
        {
            WriteHeader(frame, Opcode.ShortBinBytes, Opcode.BinBytes, size);
            gapInFrame = frame.WrittenCount;
        }

        frame.Write<byte>([Opcode.Memoize]);
    }

    /// <summary>Ends the dictionary: what stands before the gap and what stands behind it; all of it before when there is none.</summary>
    public (ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> Behind) End()
    {
        frame.Write<byte>([Opcode.SetItems, Opcode.Stop]);
        EndFrame();
        return gapAt < 0 ? (output.WrittenMemory, default) : (output.WrittenMemory[..gapAt], output.WrittenMemory[gapAt..]);
    }

    void AddText(string? text)
    {
        EndFullFrame();
        if (text is null)
        {
            frame.Write<byte>([Opcode.None]);
            return;
        }

        var size = Encoding.UTF8.GetByteCount(text);
        if (size >= FrameTarget) EndFrame();
        var target = size >= FrameTarget ? output : frame;
        WriteHeader(target, Opcode.ShortBinUnicode, Opcode.BinUnicode, size);
        Encoding.UTF8.GetBytes(text, target);
        frame.Write<byte>([Opcode.Memoize]);
    }

    void EndFullFrame()
    {
        if (FrameSize >= FrameTarget) EndFrame();
    }

    long FrameSize => frame.WrittenCount + (gapInFrame < 0 ? 0 : gap);

    void EndFrame()
    {
        if (FrameSize >= FrameLeast)
        {
            var header = output.GetSpan(9);
            header[0] = Opcode.Frame;
            BinaryPrimitives.WriteInt64LittleEndian(header[1..], FrameSize);
            output.Advance(9);
        }

        if (gapInFrame >= 0) gapAt = output.WrittenCount + gapInFrame;
        gapInFrame = -1;
        output.Write(frame.WrittenSpan);
        frame.ResetWrittenCount();
    }

    static void WriteHeader(ArrayBufferWriter<byte> target, byte small, byte large, long size)
    {
        var header = target.GetSpan(5);
        if (size <= byte.MaxValue)
        {
            header[0] = small;
            header[1] = (byte)size;
            target.Advance(2);
            return;
        }

        header[0] = large;
        BinaryPrimitives.WriteUInt32LittleEndian(header[1..], checked((uint)size));
        target.Advance(5);
    }
}
