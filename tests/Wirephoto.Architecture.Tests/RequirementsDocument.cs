using System.Text.RegularExpressions;

namespace Wirephoto.Architecture.Tests;

/// <summary>One row of docs/requirements.md.</summary>
/// <param name="Id">Such as R0-2.1.1.1.</param>
/// <param name="Proof">The last column as it is written.</param>
sealed partial record RequirementRow(string Id, string Proof)
{
    /// <summary>The test methods that prove it.</summary>
    public IReadOnlyList<string> Tests { get; } = [.. Code().Matches(Proof).Select(code => code.Groups[1].Value)];

    /// <summary>The documents that meet it, as paths from docs/.</summary>
    public IReadOnlyList<string> Documents { get; } = [.. Link().Matches(Proof).Select(link => link.Groups[1].Value)];

    /// <summary>Whether it is meant for a later release.</summary>
    public bool Later { get; } = RequirementsDocument.Marks.Any(mark => Proof.Contains($"*{mark}*", StringComparison.Ordinal));

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)#]*)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}

/// <summary>The table that ties each requirement to what proves it.</summary>
static partial class RequirementsDocument
{
    /// <summary>What a row says whose time has not come.</summary>
    public static readonly string[] Marks = ["planned"];

    /// <summary>The rows in their order.</summary>
    public static IReadOnlyList<RequirementRow> Read() => Parse(Repository.Read("docs/requirements.md"));

    /// <summary>The rows of a text.</summary>
    /// <exception cref="FormatException">A row has not four columns.</exception>
    public static IReadOnlyList<RequirementRow> Parse(string text) =>
    [
        .. text.Split('\n').Where(line => Row().IsMatch(line)).Select(line => line.Trim().Trim('|').Split('|')).Select(cells => cells.Length == 4
            ? new RequirementRow(cells[0].Trim(), cells[3].Trim())
            : throw new FormatException($"the row {cells[0].Trim()} has {cells.Length} columns instead of 4")),
    ];

    [GeneratedRegex(@"^\|\s*R\d")]
    private static partial Regex Row();
}
