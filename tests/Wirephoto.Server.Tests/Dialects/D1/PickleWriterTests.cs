using System.Diagnostics;
using System.Security.Cryptography;
using Wirephoto.Server.Dialects.D1;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class PickleWriterTests
{
    // Sizes around every edge: of one-byte lengths, and of Python's frames.
    static readonly int[] Sizes = [0, 1, 255, 256, 65_000, .. Enumerable.Range(65_430, 120), 70_000, 200_000];

    [Fact]
    [Trait("Requirement", "R1-3.1")]
    public async Task Dictionaries_are_written_byte_for_byte_as_Python_writes_them()
    {
        var python = await PythonAsync();
        var at = 0;
        foreach (var size in Sizes)
        {
            Assert.Equal(python[at++], Written(new string('x', size), data: null));
            Assert.Equal(python[at++], Written(new string('é', size / 2), data: null));
            Assert.Equal(python[at++], Written(null, size));
            Assert.Equal(python[at++], Written(new string('x', 400), size));
        }

        Assert.Equal(at, python.Length);
    }

    static string Written(string? details, int? data)
    {
        var writer = new PickleWriter();
        writer.Add("COMMAND", "GET");
        writer.Add("FILENAME", "кот.png");
        writer.Add("DETAILS", details);
        writer.Add("STATUS", "OK");
        if (data is { } size) writer.AddGap("FILE_DATA", size);
        else writer.Add("FILE_DATA", null);
        var (before, behind) = writer.End();
        byte[] pickle = [.. before.Span, .. new byte[data ?? 0].AsSpan(), .. behind.Span];
        return Convert.ToHexStringLower(SHA256.HashData(pickle));
    }

    static async Task<string[]> PythonAsync()
    {
        var script = $"""
            import hashlib, pickle
            def show(details, data):
                value = dict(COMMAND="GET", FILENAME="\u043a\u043e\u0442.png", DETAILS=details, STATUS="OK", FILE_DATA=data)
                print(hashlib.sha256(pickle.dumps(value, protocol=4)).hexdigest())
            for size in [{string.Join(',', Sizes)}]:
                show("x" * size, None)
                show("\u00e9" * (size // 2), None)
                show(None, bytes(size))
                show("x" * 400, bytes(size))
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script]) { RedirectStandardOutput = true })!;
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
