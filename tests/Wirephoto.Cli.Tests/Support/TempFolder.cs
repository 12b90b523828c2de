namespace Wirephoto.Cli.Tests.Support;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("wirephoto-cli-").FullName;

    /// <summary>The full path of something in the folder.</summary>
    public string this[string relative] => Path.Combine(Root, relative);

    /// <summary>Writes a file and the folders on its way.</summary>
    public string Write(string relative, byte[] bytes)
    {
        var path = this[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
