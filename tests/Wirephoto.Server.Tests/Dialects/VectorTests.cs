using System.Text;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class VectorTests
{
    static readonly string Folder = Path.Combine(SourceTree.Root, "spec", "vectors", "dialects");

    public static TheoryData<string> Names => NamesOf(name => !name.StartsWith("d4-", StringComparison.Ordinal));

    /// <summary>The files whose names fit.</summary>
    internal static TheoryData<string> NamesOf(Func<string, bool> fits) =>
        [.. Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Where(fits).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Requirement", "R2-4.2")]
    [Trait("Requirement", "R2-4.3.a")]
    [Trait("Requirement", "R2-4.3.b")]
    [Trait("Requirement", "R2-4.4")]
    [Trait("Requirement", "R3-4.3")]
    [Trait("Requirement", "R3-4.4")]
    [Trait("Requirement", "R3-4.5")]
    public async Task A_connection_goes_as_frozen(string name)
    {
        var (headers, exchange) = Read(name);
        Assert.Equal("dialects/" + name, headers["name"]);
        Assert.NotEmpty(headers["comment"]);
        await using var service = DialectService.Create();
        await service.StoreAsync(Pixel, List(headers["stored"]));

        var (server, client) = MemoryDuplex.Create();
        await using (var peer = service.Connect((server, client)))
        {
            foreach (var (side, bytes) in exchange)
            {
                if (side == 'C') await peer.SendAsync(bytes);
                else Assert.Equal(bytes, await client.TakeAsync(bytes.Length));
            }

            peer.Hang();
            Assert.Empty(await client.RestAsync());
        }

        var leaves = List(headers["leaves"]);
        Assert.Equal(leaves.Length, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
        foreach (var image in leaves) Assert.Equal(Pixel, await service.FindAsync(image));
    }

    // The body of the message request/put, which the dialects' vectors use as well.
    internal static byte[] Pixel
    {
        get
        {
            var text = File.ReadAllText(Path.Combine(Folder, "..", "request", "put.txt"));
            var bytes = Convert.FromHexString(text[(text.IndexOf("hex:", StringComparison.Ordinal) + 4)..].Replace("\n", "", StringComparison.Ordinal));
            return bytes[(2 + (bytes[0] << 8 | bytes[1]))..];
        }
    }

    static string[] List(string header) => header.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    internal static (Dictionary<string, string> Headers, List<(char Side, byte[] Bytes)> Exchange) Read(string name)
    {
        var lines = File.ReadAllText(Path.Combine(Folder, name + ".txt"), Encoding.UTF8).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var start = Array.IndexOf(lines, "exchange:");
        var headers = lines[..start].Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        var exchange = new List<(char Side, byte[] Bytes)>();
        foreach (var line in lines[(start + 1)..])
        {
            var bytes = Convert.FromHexString(line[2..].Trim());
            if (exchange.Count > 0 && exchange[^1].Side == line[0]) exchange[^1] = (line[0], [.. exchange[^1].Bytes, .. bytes]);
            else exchange.Add((line[0], bytes));
        }

        return (headers, exchange);
    }
}
