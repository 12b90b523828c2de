using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Wirephoto.Client.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public async Task The_public_surface_is_what_PublicApi_txt_lists()
    {
        var path = Path.Combine(Source(), "../../src/Wirephoto.Client/PublicApi.txt");
        var actual = Listing(typeof(WirephotoClient).Assembly);

        if (await File.ReadAllTextAsync(path, Cancel) == actual) return;

        var received = Path.Combine(Path.GetTempPath(), "wirephoto-PublicApi.received.txt");
        await File.WriteAllTextAsync(received, actual, Cancel);
        Assert.Fail($"The public API differs from {path}. If that is meant, replace it by {received}, and tell users in the changelog.");
    }

    static string Listing(Assembly assembly)
    {
        var listing = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            listing.Append(type.FullName).Append(" : ").Append(type.BaseType?.Name ?? "interface").Append('\n');
            var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member => member.GetCustomAttribute<CompilerGeneratedAttribute>() is null && member is not MethodInfo { IsSpecialName: true })
                .Select(Describe)
                .Order(StringComparer.Ordinal);
            foreach (var member in members) listing.Append("    ").Append(member).Append('\n');
        }

        return listing.ToString();
    }

    static string Describe(MemberInfo member) => member switch
    {
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {(property.CanRead ? "get; " : "")}{(property.SetMethod?.IsPublic == true ? "set; " : "")}}}",
        _ => member.ToString()!,
    };

    static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? "?" : "")}"));

    static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    static string Source([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
