namespace Wirephoto.Crash.Tests.Checking;

/// <summary>Reads the folder as any other program would, and compares it with the ledger.</summary>
static class FolderCheck
{
    // What a start tries out in the folder itself; the next one removes it. No image can have this name.
    const string SelfTest = ".wirephoto-self-test";

    /// <summary>Names and digests of what shows in the folder.</summary>
    public static Dictionary<string, (string Sha256, FileInfo File)> Visible(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => (Name: Path.GetRelativePath(folder, path).Replace('\\', '/'), Path: path))
        .Where(file => !file.Name.StartsWith(".wirephoto/", StringComparison.Ordinal) && file.Name != SelfTest)
        .ToDictionary(file => file.Name, file => (Picture.Digest(File.ReadAllBytes(file.Path)), new FileInfo(file.Path)), StringComparer.Ordinal);

    /// <summary>Nothing may run in the folder. What was in doubt is decided by what is there.</summary>
    public static void Run(string folder, Ledger ledger)
    {
        var visible = Visible(folder);
        foreach (var (name, (sha256, file)) in visible)
        {
            if (!ledger.Names.TryGetValue(name, out var possible))
                ledger.Found(FaultKind.Visible, $"{name}: {file.Length} bytes that nobody sent");
            else if (possible.Pictures.TryGetValue(sha256, out var picture))
                possible.Only(picture);
            else if (possible.Absent)
                ledger.Found(FaultKind.Visible, $"{name}: {file.Length} bytes that are no picture that may be there");
            else
                ledger.Found(FaultKind.Overwritten, $"{name}: {file.Length} bytes, others than the acknowledged ones");
        }

        foreach (var (name, possible) in ledger.Names)
        {
            if (visible.ContainsKey(name)) continue;
            if (!possible.Absent) ledger.Found(FaultKind.Lost, $"{name}: its receipt was sent, and it is gone");
            possible.Pictures.Clear();
        }
    }
}
