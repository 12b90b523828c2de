namespace Wirephoto.Server.Dialects.D1;

/// <summary>What a pickle can put on its stack here.</summary>
enum PickleKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes, which are not held: they are read from the connection when they come by.</summary>
    Data,

    /// <summary>The one dictionary.</summary>
    Dictionary,
}

/// <summary>A value in a pickle.</summary>
readonly record struct PickleValue(PickleKind Kind, string Text = "");
