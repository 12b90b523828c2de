using System.Security.Cryptography;
using System.Text.Json;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Programs;

/// <summary>Real photographs and deliberately broken files against a running server; skipped where the corpus is not at hand.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jpeg", 29)]
    [InlineData("png", 161)]
    [Trait("Requirement", "R0-1.a")]
    [Trait("Requirement", "R1-1.1")]
    [Trait("Requirement", "R1-1.4")]
    [Trait("Requirement", "R2-8.3")]
    public async Task All_photographs_are_stored_and_come_back_with_the_same_digest(string part, int atLeast)
    {
        var files = Files(part);
        Assert.True(files.Length >= atLeast);
        using var folder = new TemporaryFolder();
        using var back = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var peer = await server.ConnectAsync();

        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            var image = await File.ReadAllBytesAsync(path, Cancel);
            var (receipt, _) = await peer.DoneAsync(Put(name, image), image);
            output.WriteLine($"{receipt.Text("sha256")}  {name}  {receipt.Number("width")}x{receipt.Number("height")}");
        }

        Assert.Equal(files.Length, (await peer.DoneAsync("""{"type":"list"}""")).Head.Number("count"));
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            await File.WriteAllBytesAsync(back.File(name), (await peer.DoneAsync($$"""{"type":"get","filename":{{Quoted(name)}}}""")).Body, Cancel);
            Assert.Equal((name, Sha256(path), Sha256(path)), (name, Sha256(folder.File(name)), Sha256(back.File(name))));
        }
    }

    [Fact]
    [Trait("Requirement", "R0-1.d")]
    [Trait("Requirement", "R1-2.2")]
    [Trait("Requirement", "R2-2.6")]
    public async Task All_broken_files_are_refused_with_their_reason_and_nothing_of_them_stays()
    {
        var files = Files("broken");
        Assert.NotEmpty(files);
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await using var peer = await server.ConnectAsync();

        foreach (var path in files)
        {
            var image = await File.ReadAllBytesAsync(path, Cancel);
            var (refusal, _) = await peer.AskAsync(Put(Path.GetFileName(path), image), image);
            output.WriteLine($"{Path.GetFileName(path)}: {refusal.OptionalText("error")}: {refusal.OptionalText("message")}");
            Assert.Contains(refusal.OptionalText("error"), new[] { "not_an_image", "empty", "too_many_pixels" });
            Assert.NotEmpty(refusal.Text("message"));
        }

        Assert.Equal(0, (await peer.DoneAsync("""{"type":"list","recursive":true}""")).Head.Number("count"));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
        Assert.Empty(Directory.EnumerateFiles(folder.File(".wirephoto/incoming")));
    }

    static string[] Files(string part) => [.. Directory.EnumerateFiles(SourceTree.Corpus(part)).Order(StringComparer.Ordinal)];

    static string Put(string name, byte[] image) =>
        $$"""{"type":"put","filename":{{Quoted(name)}},"size":{{image.Length}},"sha256":"{{RawPeer.Sha256(image)}}"}""";

    static string Quoted(string name) => $"\"{JsonEncodedText.Encode(name)}\"";

    static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
