using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>What a pickle gave a number to, so that it can come again. Only texts come again: a dictionary inside itself or the same data twice is nothing a request needs.</summary>
sealed class PickleMemo(int size)
{
    readonly PickleValue?[] values = new PickleValue?[size];
    int count;

    /// <summary>Gives the value the next number.</summary>
    public void Add(PickleValue? value) => Put((ulong)count, value);

    /// <summary>Gives the value this number.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>: there is no value, or the number is too large.</exception>
    public void Put(ulong number, PickleValue? value)
    {
        if (value is null) throw Bad("a memo is made of nothing");
        if (number >= (ulong)values.Length) throw Bad($"its memo has more than {values.Length} places");
        if (values[number] is null) count++;
        values[number] = value;
    }

    /// <summary>The text with this number.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>: there is none.</exception>
    public PickleValue Get(ulong number) => number < (ulong)values.Length && values[number] is { Kind: PickleKind.Text } text
        ? text
        : throw Bad($"memo {number} is not a text");

    static WirephotoException Bad(string rule) => new(ErrorCode.BadHead, "the pickle is refused: " + rule);
}
