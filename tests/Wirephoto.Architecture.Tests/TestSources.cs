using System.Text.RegularExpressions;

namespace Wirephoto.Architecture.Tests;

/// <summary>One test method, as its source shows it.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Rows">The requirements that it says it proves.</param>
/// <param name="Runs">Whether it is a test that is not switched off.</param>
/// <param name="Place">File and line.</param>
sealed record TestMethod(string Name, IReadOnlyList<string> Rows, bool Runs, string Place);

/// <summary>The test methods of a source, found by their attributes line by line: no test has to be built or loaded.</summary>
static partial class TestSources
{
    /// <summary>All methods with attributes in all test projects.</summary>
    public static IReadOnlyList<TestMethod> All { get; } =
    [
        .. Repository.Sources("tests").SelectMany(path => Read(Path.GetRelativePath(Repository.Root, path), File.ReadLines(path))),
    ];

    /// <summary>The methods of one source.</summary>
    /// <exception cref="FormatException">A trait stands where it proves nothing.</exception>
    public static IEnumerable<TestMethod> Read(string file, IEnumerable<string> lines)
    {
        var rows = new List<string>();
        var test = false;
        var skipped = false;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            rows.AddRange(Trait().Matches(line).Select(trait => trait.Groups[1].Value));
            test |= Fact().IsMatch(line);
            skipped |= Fact().IsMatch(line) && Skip().IsMatch(line);
            if (Type().IsMatch(line) && rows.Count > 0) throw new FormatException($"{file}:{number}: the trait of a requirement belongs to one test, not to a class");
            if (Method().Match(line) is not { Success: true } method) continue;

            if (test || rows.Count > 0) yield return new TestMethod(method.Groups[1].Value, [.. rows], test && !skipped, $"{file}:{number}");
            rows.Clear();
            test = skipped = false;
        }

        if (rows.Count > 0) throw new FormatException($"{file}: the trait {rows[0]} is followed by no test");
    }

    [GeneratedRegex("""^\s*\[.*Trait\("Requirement", "([^"]*)"\)""")]
    private static partial Regex Trait();

    [GeneratedRegex("""^\s*\[(Fact|Theory)\b""")]
    private static partial Regex Fact();

    [GeneratedRegex("""\bSkip = """)]
    private static partial Regex Skip();

    [GeneratedRegex("""^\s*(public|internal|file)?\s*(static |sealed |abstract |partial )*(class|record|struct|interface) """)]
    private static partial Regex Type();

    [GeneratedRegex("""^\s*public (?:override |virtual |async )*[\w<>\[\], .]+ (\w+)\(""")]
    private static partial Regex Method();
}
