using System.Text;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>
/// Reads one pickled dictionary of text, bytes and None as it arrives. It is no pickle machine: it follows the one shape that such a
/// dictionary has, knows no opcode that could make anything else, and holds no bytes.
/// </summary>
/// <remarks><code>
/// PROTO [FRAME] EMPTY_DICT [put]  ( MARK { text [put] value [put] } SETITEMS  |  text [put] value [put] SETITEM )*  STOP
/// value = text, bytes (only as FILE_DATA), NONE or a get of a text;  put = MEMOIZE, BINPUT, LONG_BINPUT;  get = BINGET, LONG_BINGET
/// </code></remarks>
sealed class PickleReader(FrameInput input)
{
    /// <summary>Bytes of UTF-8 in a text: a name of 1,024 bytes with a path before it.</summary>
    public const int MaxTextBytes = 4096;

    // The dictionary has five members, which take some forty opcodes and a dozen places in the memo.
    const int MaxMembers = 16;
    const int MaxOpcodes = 256;
    const int MaxMemo = 64;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Dictionary<string, PickleValue> members = [];
    readonly PickleMemo memo = new(MaxMemo);
    PickleValue? top;
    string? key;
    bool marked;
    bool pair;
    bool opened;
    int opcodes;
    long frameEnd;

    /// <summary>The members that were read so far.</summary>
    public IReadOnlyDictionary<string, PickleValue> Members => members;

    /// <summary>
    /// Reads on. Returns the size of the bytes of FILE_DATA, which the caller reads from the connection before it calls again; or null when the
    /// dictionary is complete and ends with its frame.
    /// </summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>, with the rule; the frame can't be understood any further.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public async ValueTask<long?> ReadAsync(CancellationToken cancel)
    {
        if (input.Position == 0) await ReadProtocolAsync(cancel);
        while (true)
        {
            if (++opcodes > MaxOpcodes) throw Bad($"it has more than {MaxOpcodes} opcodes");
            CheckFrame();
            var opcode = await input.ReadByteAsync(cancel);
            if (opcode == Opcode.Stop) return End();
            if (await SizeOfDataAsync(opcode, cancel) is { } size) return TakeData(size);
            await StepAsync(opcode, cancel);
        }
    }

    async ValueTask ReadProtocolAsync(CancellationToken cancel)
    {
        if (await input.ReadByteAsync(cancel) != Opcode.Proto) throw Bad("it does not begin with PROTO");
        if (await input.ReadByteAsync(cancel) is var protocol and not (>= 2 and <= 5)) throw Bad($"protocol {protocol} is not one of 2 to 5");
    }

    async ValueTask StepAsync(byte opcode, CancellationToken cancel)
    {
        switch (opcode)
        {
            case Opcode.Frame:
                await BeginFrameAsync(cancel);
                break;
            case Opcode.EmptyDict when !opened:
                opened = true;
                top = new PickleValue(PickleKind.Dictionary);
                break;
            case Opcode.Mark when opened && !marked && !pair && key is null:
                marked = true;
                top = null;
                break;
            case Opcode.SetItems when marked && key is null:
            case Opcode.SetItem when pair:
                marked = pair = false;
                top = new PickleValue(PickleKind.Dictionary);
                break;
            case Opcode.None:
                Push(new PickleValue(PickleKind.None));
                break;
            case Opcode.ShortBinUnicode:
            case Opcode.BinUnicode:
            case Opcode.BinUnicode8:
                Push(await ReadTextAsync(opcode, cancel));
                break;
            case Opcode.Memoize:
                memo.Add(top);
                break;
            case Opcode.BinPut:
            case Opcode.LongBinPut:
                memo.Put(await input.ReadNumberAsync(opcode == Opcode.BinPut ? 1 : 4, cancel), top);
                break;
            case Opcode.BinGet:
            case Opcode.LongBinGet:
                Push(memo.Get(await input.ReadNumberAsync(opcode == Opcode.BinGet ? 1 : 4, cancel)));
                break;
            case Opcode.EmptyDict or Opcode.Mark or Opcode.SetItem or Opcode.SetItems:
                throw Bad("it is not one dictionary of text, bytes and None");
            default:
                throw Bad($"its opcode 0x{opcode:x2} is not accepted: a request is one dictionary of text, bytes and None, and nothing in it is executed");
        }
    }

    // Frames only group opcodes for readers with a buffer; what they say must still be true.
    async ValueTask BeginFrameAsync(CancellationToken cancel)
    {
        if (frameEnd != 0) throw Bad("a FRAME begins inside another one");
        var size = await input.ReadNumberAsync(8, cancel);
        if (size == 0 || size > (ulong)input.Remaining) throw Bad($"a FRAME of {size} bytes does not fit");
        frameEnd = input.Position + (long)size;
    }

    void CheckFrame()
    {
        if (frameEnd == 0 || input.Position < frameEnd) return;
        if (input.Position > frameEnd) throw Bad("an opcode goes on beyond its FRAME");
        frameEnd = 0;
    }

    async ValueTask<PickleValue> ReadTextAsync(byte opcode, CancellationToken cancel)
    {
        var size = await input.ReadNumberAsync(opcode switch { Opcode.ShortBinUnicode => 1, Opcode.BinUnicode => 4, _ => 8 }, cancel);
        if (size > MaxTextBytes) throw Bad($"a text has {size} bytes, more than {MaxTextBytes}");
        var utf8 = await input.ReadAsync((int)size, cancel);
        try
        {
            return new PickleValue(PickleKind.Text, Strict.GetString(utf8));
        }
        catch (DecoderFallbackException)
        {
            throw Bad("a text is not valid UTF-8");
        }
    }

    async ValueTask<ulong?> SizeOfDataAsync(byte opcode, CancellationToken cancel) => opcode switch
    {
        Opcode.ShortBinBytes => await input.ReadNumberAsync(1, cancel),
        Opcode.BinBytes => await input.ReadNumberAsync(4, cancel),
        Opcode.BinBytes8 => await input.ReadNumberAsync(8, cancel),
        _ => null,
    };

    long TakeData(ulong size)
    {
        if (key != D1Request.FileData) throw Bad($"bytes can only be the value of {D1Request.FileData}");
        input.Skip(size);
        Push(new PickleValue(PickleKind.Data));
        return (long)size;
    }

    void Push(PickleValue value)
    {
        if (!opened || pair) throw Bad("it is not one dictionary of text, bytes and None");
        top = value;
        if (key is null)
        {
            if (value.Kind != PickleKind.Text) throw Bad("a key is not a text");
            if (members.ContainsKey(value.Text)) throw Bad("a key stands twice");
            if (members.Count == MaxMembers) throw Bad($"the dictionary has more than {MaxMembers} members");
            key = value.Text;
            return;
        }

        members.Add(key, value);
        key = null;
        pair = !marked;
    }

    long? End()
    {
        CheckFrame();
        if (!opened || marked || pair || key is not null) throw Bad("it ends before its dictionary does");
        if (frameEnd != 0) throw Bad("it ends before its FRAME does");
        return input.Remaining == 0 ? null : throw Bad($"{input.Remaining} bytes follow its end");
    }

    static WirephotoException Bad(string rule) => new(ErrorCode.BadHead, "the pickle is refused: " + rule);
}
