using System.Text.RegularExpressions;

namespace Wirephoto.Architecture.Tests;

/// <summary>What a verb of the protocol consists of, each part in one place: whoever adds a verb adds these.</summary>
public sealed partial class VerbPlaces
{
    public static TheoryData<string, string> Verbs { get; } = new(Repository.Sources("src/Wirephoto.Protocol/Messages")
        .Select(path => (Name: Path.GetFileNameWithoutExtension(path), Verb: Constant().Match(File.ReadAllText(path)).Groups[1].Value))
        .Where(message => message.Verb.Length > 0)
        .Select(message => (message.Name, message.Verb)));

    [Theory]
    [Trait("Requirement", "R1-1.6")]
    [Trait("Requirement", "R1-5.5")]
    [MemberData(nameof(Verbs))]
    public void A_verb_is_a_message_a_line_of_the_dispatch_a_section_and_a_vector(string name, string verb)
    {
        Assert.Equal(name, verb, ignoreCase: true);
        Assert.Single(Regex.Matches(Repository.Read("src/Wirephoto.Server/Native/RequestDispatch.cs"), $@"^\s*{name}Request\.Verb => ", RegexOptions.Multiline));
        Assert.Single(Regex.Matches(Repository.Read("docs/protocol.md"), $"^### {verb}$", RegexOptions.Multiline));
        Assert.True(File.Exists(Path.Combine(Repository.Root, "spec", "vectors", "request", verb + ".txt")));
        Assert.True(File.Exists(Path.Combine(Repository.Root, "spec", "vectors", "reply", verb + ".txt")));
    }

    [Fact]
    public void All_verbs_are_found() => Assert.Equal(13, Verbs.Count);

    [GeneratedRegex("""public const string Verb = "(\w+)";""")]
    private static partial Regex Constant();
}
