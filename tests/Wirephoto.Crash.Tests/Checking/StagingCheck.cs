using System.Text.Json;

namespace Wirephoto.Crash.Tests.Checking;

/// <summary>Reads the staging files and their sidecars as they lie on the disk.</summary>
static class StagingCheck
{
    public static string Folder(string folder) => Path.Combine(folder, ".wirephoto", "incoming");

    /// <summary>What a server that has just started left there: only uploads that can go on, whose bytes are the start of what their clients send.</summary>
    public static void Run(string folder, Ledger ledger)
    {
        foreach (var name in Directory.EnumerateFiles(Folder(folder)).Select(path => Path.GetFileName(path)!))
        {
            var token = name.EndsWith(".json", StringComparison.Ordinal) ? name[..^5] : name;
            if (!ledger.Uploads.TryGetValue(token, out var upload)) ledger.Found(FaultKind.Staging, $"{name}: nobody can go on with it");
            else if (upload.Abandoned) ledger.Found(FaultKind.Staging, $"{name}: old, and was not swept");
            else Compare(folder, upload, ledger);
        }
    }

    static void Compare(string folder, Unfinished upload, Ledger ledger)
    {
        var path = Path.Combine(Folder(folder), upload.Token);
        if (!File.Exists(path) || !File.Exists(path + ".json"))
        {
            ledger.Found(FaultKind.Staging, $"{upload.Token}: only one of its two files is there");
            return;
        }

        using var sidecar = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        var (name, length) = (sidecar.RootElement.GetProperty("name").GetString(), sidecar.RootElement.GetProperty("length").GetInt64());
        if ((name, length) != (upload.Name, upload.Picture.Bytes.Length)) ledger.Found(FaultKind.Staging, $"{upload.Token}: its sidecar says {name}, {length} bytes");

        var kept = File.ReadAllBytes(path);
        if (kept.Length < upload.Acknowledged) ledger.Found(FaultKind.Lost, $"{upload.Token}: {kept.Length} bytes of {upload.Acknowledged} acknowledged ones");
        if (!upload.Picture.Bytes.AsSpan().StartsWith(kept)) ledger.Found(FaultKind.Staging, $"{upload.Token}: the kept bytes are not the ones that were sent");
    }

    /// <summary>Makes the files of abandoned uploads look old enough to be swept; returns how many there are. Nothing may run in the folder.</summary>
    public static int Age(string folder, Ledger ledger)
    {
        var aged = 0;
        foreach (var upload in ledger.Uploads.Values.Where(upload => upload.Abandoned))
        {
            foreach (var path in new[] { Path.Combine(Folder(folder), upload.Token), Path.Combine(Folder(folder), upload.Token + ".json") }.Where(File.Exists))
            {
                File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(-3));
                aged++;
            }
        }

        return aged / 2;
    }
}
