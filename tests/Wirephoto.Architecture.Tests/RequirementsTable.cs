namespace Wirephoto.Architecture.Tests;

/// <summary>Holds docs/requirements.md and the tests together, so that neither can say what the other does not.</summary>
public sealed class RequirementsTable
{
    // A line is an id, and "later" when nothing proves it yet: a row that was proved can't go back to a promise unnoticed.
    [Fact]
    public void No_row_was_dropped_added_renamed_or_put_off()
    {
        var frozen = Repository.Read("tests/Wirephoto.Architecture.Tests/RequirementIds.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(frozen, RequirementsDocument.Read().Select(row => row is { Tests.Count: 0, Documents.Count: 0 } ? $"{row.Id} later" : row.Id));
    }

    [Fact]
    public void Table_and_tests_agree() => Assert.Empty(Disagreements(RequirementsDocument.Read(), TestSources.All));

    [Theory]
    [InlineData("| R0-1 | w | h | `Proves` |", null)]
    [InlineData("| R0-1 | w | h | `Proves`; the rest *planned* |", null)]
    [InlineData("| R0-1 | w | h | `Nowhere` |", "R0-1: there is no test Nowhere")]
    [InlineData("| R0-1 | w | h | `Proves_nothing` |", "R0-1: Proves_nothing has no trait of this row")]
    [InlineData("| R0-1 | w | h | `Off` |", "R0-1: Off is no test that runs")]
    [InlineData("| R0-1 | w | h |  |", "R0-1: nothing proves it, and no mark says when it comes")]
    [InlineData("| R0-1 | w | h | planned |", "R0-1: nothing proves it, and no mark says when it comes")]
    [InlineData("| R0-1 | w | h | [a](nowhere.md) |", "R0-1: there is no document nowhere.md")]
    [InlineData("| R0-1 | w | h | *planned* |", null)]
    [InlineData("| R0-1 | w | h | [p](protocol.md#framing) |", null)]
    [InlineData("| R0-2 | w | h | *planned* |", "Proves (a.cs:3): there is no row R0-1")]
    public void A_disagreement_is_found(string table, string? expected)
    {
        string[] source =
        [
            "    [Fact]", "    [Trait(\"Requirement\", \"R0-1\")]", "    public async Task<int> Proves()",
            "    [Theory]", "    [InlineData(1)]", "    public void Proves_nothing(int x)",
            "    [Fact(Skip = \"later\")]", "    [Trait(\"Requirement\", \"R0-1\")]", "    public void Off() => Assert.True(true);",
        ];

        var found = Disagreements(RequirementsDocument.Parse(table), [.. TestSources.Read("a.cs", source)]);

        if (expected is null) Assert.Empty(found);
        else Assert.Contains(expected, found);
    }

    [Theory]
    [InlineData("[Trait(\"Requirement\", \"R0-1\")]", "public sealed class Tests")]
    [InlineData("[Trait(\"Requirement\", \"R0-1\")]", "}")]
    public void A_trait_that_belongs_to_no_test_is_found(params string[] source) =>
        Assert.Throws<FormatException>(() => TestSources.Read("a.cs", source).ToList());

    static List<string> Disagreements(IReadOnlyList<RequirementRow> rows, IReadOnlyList<TestMethod> methods)
    {
        var byName = methods.ToLookup(method => method.Name);
        var ids = rows.Select(row => row.Id).ToHashSet();
        return
        [
            .. rows.SelectMany(row => row.Tests.Select(test => Fault(row.Id, test, [.. byName[test]]))).OfType<string>(),
            .. rows.SelectMany(row => row.Documents.Where(path => !File.Exists(Path.Combine(Repository.Root, "docs", path))).Select(path => $"{row.Id}: there is no document {path}")),
            .. rows.Where(row => row is { Tests.Count: 0, Documents.Count: 0, Later: false }).Select(row => $"{row.Id}: nothing proves it, and no mark says when it comes"),
            .. methods.SelectMany(method => method.Rows.Where(id => !ids.Contains(id)).Select(id => $"{method.Name} ({method.Place}): there is no row {id}")),
        ];
    }

    static string? Fault(string id, string test, IReadOnlyList<TestMethod> methods)
    {
        if (methods.Count == 0) return $"{id}: there is no test {test}";
        if (!methods.Any(method => method.Rows.Contains(id))) return $"{id}: {test} has no trait of this row";
        return methods.Any(method => method.Runs && method.Rows.Contains(id)) ? null : $"{id}: {test} is no test that runs";
    }
}
