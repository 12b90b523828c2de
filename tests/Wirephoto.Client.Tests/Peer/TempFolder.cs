namespace Wirephoto.Client.Tests.Peer;

/// <summary>A folder of a test's own, gone when the test is.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wirephoto-client-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Add(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        File.SetLastWriteTimeUtc(this[name], Samples.Date.UtcDateTime);
        return this[name];
    }

    public string[] Names => [.. Directory.EnumerateFileSystemEntries(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
