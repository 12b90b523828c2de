using System.Xml.Linq;

namespace Wirephoto.Architecture.Tests;

public sealed class ProjectArrows
{
    // docs/architecture.md shows the same picture.
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Wirephoto.Protocol"] = [],
        ["Wirephoto.Images"] = [],
        ["Wirephoto.Storage"] = ["Wirephoto.Protocol"],
        ["Wirephoto.Server"] = ["Wirephoto.Images", "Wirephoto.Protocol", "Wirephoto.Storage"],
        ["Wirephoto.Client"] = ["Wirephoto.Protocol"],
        ["Wirephoto.Cli"] = ["Wirephoto.Client"],
    };

    [Fact]
    [Trait("Requirement", "R1-1.5")]
    [Trait("Requirement", "R2-8.4")]
    [Trait("Requirement", "R1-6.1")]
    public void Projects_reference_only_what_the_picture_allows()
    {
        var found = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), References);

        Assert.Equal(Allowed.Keys.Order(), found.Keys.Order());
        foreach (var (project, references) in found) Assert.Equal(Allowed[project], references);
    }

    [Theory]
    [Trait("Requirement", "R0-4.2")]
    [Trait("Requirement", "R1-8.2")]
    [InlineData("Wirephoto.Protocol")]
    [InlineData("Wirephoto.Images")]
    [InlineData("Wirephoto.Client")]
    public void The_wire_and_the_image_rules_stand_on_the_framework_alone(string project)
    {
        var packages = XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "FrameworkReference");

        Assert.Empty(packages);
    }

    static string[] References(string project) =>
    [
        .. XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal),
    ];
}
