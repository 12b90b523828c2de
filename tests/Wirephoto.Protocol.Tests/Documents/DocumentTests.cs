using System.Text.RegularExpressions;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Tests.Vectors;

namespace Wirephoto.Protocol.Tests.Documents;

public partial class DocumentTests
{
    static readonly string Docs = Path.Combine(VectorFiles.Root, "docs");

    static string Protocol => File.ReadAllText(Path.Combine(Docs, "protocol.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_page_of_errors_is_the_catalogue()
    {
        var path = Path.Combine(Docs, "errors.md");
        if (Environment.GetEnvironmentVariable("WIREPHOTO_UPDATE_DOCS") == "1") File.WriteAllText(path, ErrorsPage.Render());
        Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == ErrorsPage.Render(), "docs/errors.md is not the catalogue: run this test with WIREPHOTO_UPDATE_DOCS=1");
    }

    [Fact]
    public void Example_bytes_in_the_protocol_are_those_of_the_vectors()
    {
        var shown = new HashSet<string>();
        foreach (Match dump in Dump().Matches(Protocol))
        {
            var vector = VectorFiles.All[dump.Groups["name"].Value];
            var hex = string.Concat(dump.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[10..50].Replace(" ", "")));
            Assert.True(vector.Bytes.AsSpan().SequenceEqual(Convert.FromHexString(hex)), vector.Name);
            shown.Add(vector.Name);
        }

        foreach (var verb in Codec.Verbs)
        {
            Assert.Contains("request/" + verb, shown);
            Assert.Contains("reply/" + verb, shown);
        }
    }

    [Fact]
    public void Every_request_has_a_section_of_one_shape()
    {
        foreach (var verb in Codec.Verbs)
        {
            var start = Protocol.IndexOf($"\n### {verb}\n", StringComparison.Ordinal);
            Assert.True(start >= 0, verb);
            var end = Protocol.IndexOf("\n##", start + 1, StringComparison.Ordinal);
            var section = Protocol[start..end];
            string[] parts = ["**Purpose.**", "**Head.**", "**Body.**", "**Reply.**", "**Errors.**", "**Example.**"];
            var places = parts.Select(part => section.IndexOf(part, StringComparison.Ordinal)).ToArray();
            Assert.True(places.All(place => place > 0) && places.SequenceEqual(places.Order()), $"{verb}: {string.Join(' ', parts)}, in this order");
        }
    }

    [Fact]
    public void Every_error_that_a_server_sends_is_named_in_the_protocol()
    {
        var start = (int)ErrorCode.NoConnection;
        foreach (var info in ErrorCatalogue.All.Where(info => (int)info.Code < start)) Assert.Contains($"`{info.Word}`", Protocol);
    }

    // Lines as xxd prints them, in a fence that names a vector.
    [GeneratedRegex(@"^```hex (?<name>[a-z0-9/-]+)\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Dump();
}
