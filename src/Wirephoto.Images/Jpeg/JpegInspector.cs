using System.Buffers.Binary;
using Wirephoto.Images.Exif;

namespace Wirephoto.Images.Jpeg;

/// <summary>Walks the markers of a JPEG from start to end.</summary>
/// <remarks>
/// <code>
/// FF D8 | { segment | SOFn segment } SOS segment, scan data | { { segment } SOS segment, scan data } | FF D9 | anything
/// start   exactly one SOFn before the first scan              more scans, in progressive images         end    ignored
///
///           +----------+------+--------+-------------------+
/// segment:  | FF .. FF | code | length | length - 2 bytes  |    zero padding between segments is skipped, as decoders do
///           +----------+------+--------+-------------------+
/// </code>
/// ITU-T T.81, B.2.1. What follows the end marker is legal: motion photos and multi-picture files keep more there.
/// </remarks>
internal sealed class JpegInspector(long maxPixels) : ImageInspector(ImageFormat.Jpeg, maxPixels)
{
    private const int IdentifierLength = 6;

    private readonly FieldBuffer field = new(FrameHeader.MaxLength);
    private State state = State.Prefix;
    private byte marker;
    private long markerOffset;
    private int remaining;
    private FrameHeader? frame;
    private bool firstScanEnded;
    private ScanData scan;
    private ExifOrientation? exif;

    private enum State { Prefix, Code, Length, Parameters, Identifier, Exif, Skip, Scan, End }

    private protected override ReadOnlySpan<byte> Signature => [Marker.Prefix, Marker.StartOfImage];

    private protected override int Step(ReadOnlySpan<byte> bytes)
    {
        switch (state)
        {
            case State.Prefix:
                return ReadPrefix(bytes);
            case State.Code:
                if (bytes[0] != Marker.Prefix)
                    ReadMarker(bytes[0], Offset - 1);
                return 1;
            case State.Length or State.Parameters or State.Identifier:
                return ReadField(bytes);
            case State.Exif or State.Skip:
                return ReadBody(bytes);
            case State.Scan:
                if (scan.Walk(bytes, out var used))
                    EndScan(bytes[used - 1], Offset + used - 2);
                return used;
            default:
                return bytes.Length;
        }
    }

    private protected override ImageFacts? End()
    {
        if (state == State.End && frame is { } f)
            return new ImageFacts(ImageFormat.Jpeg, f.Width, f.Height, exif?.Value ?? 1);
        Refuse(state switch
        {
            State.Prefix or State.Code => "JPEG ends without an end marker",
            State.Scan => "JPEG ends inside scan data",
            _ => $"JPEG ends inside segment FF{marker:X2}",
        }, Offset);
        return null;
    }

    private int ReadPrefix(ReadOnlySpan<byte> bytes)
    {
        var zeros = bytes.IndexOfAnyExcept((byte)0);
        // The byte right after the start marker is still part of what makes it a JPEG: no padding there.
        if (zeros != 0 && Offset > Signature.Length)
            return zeros < 0 ? bytes.Length : zeros;
        if (bytes[0] == Marker.Prefix)
            state = State.Code;
        else
            Refuse($"a marker must start with FF, {bytes[0]:X2} found", Offset);
        return 1;
    }

    private void ReadMarker(byte code, long offset)
    {
        (marker, markerOffset, state) = (code, offset, State.Length);
        field.Expect(sizeof(ushort));
        if (code == Marker.Temporary)
            state = State.Prefix;
        else if (frame is { Height: 0 } && firstScanEnded && code != Marker.DefineLineCount)
            Refuse("the frame header leaves the height to a DNL segment after the first scan, but there is none", offset);
        else if (code == Marker.EndOfImage)
            ReadEnd(offset);
        else if (code == Marker.StartOfImage)
            Refuse("second start marker before the end marker", offset);
        else if (Marker.IsRestart(code))
            Refuse("restart marker outside scan data", offset);
        else if (Marker.IsReserved(code))
            Refuse($"reserved marker FF{code:X2}", offset);
    }

    private void ReadEnd(long offset)
    {
        state = State.End;
        if (frame is null)
            Refuse("JPEG has no frame header before its end marker", offset);
        else if (!firstScanEnded)
            Refuse("JPEG has no scan before its end marker", offset);
    }

    private int ReadField(ReadOnlySpan<byte> bytes)
    {
        var used = field.Take(bytes);
        if (!field.IsFull)
            return used;
        if (state == State.Length)
            ReadLength(BinaryPrimitives.ReadUInt16BigEndian(field.Bytes));
        else if (state == State.Identifier)
            ReadIdentifier();
        else if (marker == Marker.StartOfScan)
            ReadScanHeader();
        else if (marker == Marker.DefineLineCount)
            ReadLineCount();
        else
            ReadFrameHeader();
        return used;
    }

    private void ReadLength(int length)
    {
        remaining = length - sizeof(ushort);
        if (remaining < 0)
            Refuse($"segment FF{marker:X2} has length {length}, which is less than its own two bytes,", markerOffset);
        else if (Marker.IsFrame(marker) && frame is not null)
            Refuse("second frame header in one image", markerOffset);
        else if (marker == Marker.StartOfScan && frame is null)
            Refuse("scan without a frame header before it", markerOffset);
        else if (marker == Marker.DefineLineCount && !firstScanEnded)
            Refuse("DNL segment before the end of the first scan", markerOffset);
        else if (!IsLength(marker, remaining))
            Refuse($"segment FF{marker:X2} has the impossible length {length}", markerOffset);
        else if (Marker.IsFrame(marker) || marker is Marker.StartOfScan or Marker.DefineLineCount)
            Expect(State.Parameters, remaining);
        else if (marker == Marker.App1 && exif is null && remaining >= IdentifierLength)
            Expect(State.Identifier, IdentifierLength);
        else
            state = remaining == 0 ? State.Prefix : State.Skip;
    }

    private static bool IsLength(byte marker, int remaining) => marker switch
    {
        Marker.StartOfScan => ScanHeader.IsLength(remaining),
        Marker.DefineLineCount or Marker.DefineRestartInterval => remaining == sizeof(ushort),
        _ => !Marker.IsFrame(marker) || FrameHeader.IsLength(remaining),
    };

    private void ReadFrameHeader()
    {
        state = State.Prefix;
        frame = FrameHeader.Read(marker, field.Bytes, out var wrong);
        if (frame is null)
            Refuse(wrong, markerOffset);
        else
            CheckPixels(frame.Width, frame.Height, markerOffset);
    }

    private void ReadScanHeader()
    {
        if (ScanHeader.Check(frame!, field.Bytes) is { } wrong)
            Refuse(wrong, markerOffset);
        (state, scan) = (State.Scan, default);
    }

    private void EndScan(byte code, long offset)
    {
        if (!scan.HasData)
            Refuse("scan without any data", offset);
        firstScanEnded = true;
        ReadMarker(code, offset);
    }

    private void ReadLineCount()
    {
        state = State.Prefix;
        var lines = BinaryPrimitives.ReadUInt16BigEndian(field.Bytes);
        if (lines == 0)
            Refuse("DNL segment with a height of zero", markerOffset);
        else if (frame is { Height: 0 })
            frame = frame with { Height = lines };
        CheckPixels(frame!.Width, frame.Height, markerOffset);
    }

    private void ReadIdentifier()
    {
        remaining -= IdentifierLength;
        // The byte after the terminator is padding of no fixed value in practice.
        var isExif = field.Bytes.StartsWith("Exif\0"u8);
        if (isExif)
            exif = new ExifOrientation();
        state = remaining == 0 ? State.Prefix : isExif ? State.Exif : State.Skip;
    }

    private int ReadBody(ReadOnlySpan<byte> bytes)
    {
        var used = Math.Min(bytes.Length, remaining);
        if (state == State.Exif)
            exif!.Append(bytes[..used]);
        remaining -= used;
        if (remaining == 0)
            state = State.Prefix;
        return used;
    }

    private void Expect(State next, int length)
    {
        state = next;
        field.Expect(length);
    }
}
