using System.Text.RegularExpressions;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Fuzz.Engine;

/// <summary>What a decoder made of an input.</summary>
/// <param name="Code">"accepted" or the word of the refusal.</param>
/// <param name="Shape">What happened, without the numbers and texts of this input: inputs with a new shape are kept as seeds.</param>
/// <param name="Value">What the slow rule looks at.</param>
public sealed partial record Verdict(string Code, string Shape, object? Value = null)
{
    /// <summary>The code of what was taken.</summary>
    public const string Yes = "accepted";

    /// <summary>Whether it was taken.</summary>
    public bool Accepted => Code == Yes;

    /// <summary>It was taken.</summary>
    public static Verdict Of(string shape, object? value) => new(Yes, shape, value);

    /// <summary>It was refused.</summary>
    public static Verdict Of(WirephotoException refusal) => new(refusal.Code.Word(), $"{refusal.Code.Word()}: {ShapeOf(refusal.Message)}");

    /// <summary>A message without what differs from input to input.</summary>
    public static string ShapeOf(string message) => Varying().Replace(message, "#");

    /// <summary>A finding without what differs from run to run: which calls below the one that failed still show depends on what was compiled into one.</summary>
    public static string ShapeOfFinding(string finding) => ShapeOf(string.Join('\n', finding.Split('\n').Take(2)));

    [GeneratedRegex("'[^']*'|[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*")]
    private static partial Regex Varying();
}

/// <summary>A decoder broke a promise.</summary>
public sealed class FindingException(string message) : Exception(message)
{
    /// <summary>Fails unless the condition holds.</summary>
    public static void Unless(bool condition, string message)
    {
        if (!condition) throw new FindingException(message);
    }
}
