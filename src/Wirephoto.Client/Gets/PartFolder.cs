using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Gets;

/// <summary>
/// Where the parts of a folder's local files lie until they are whole: in a hidden folder beside them, from which a later run takes them up. A part's name is
/// <c>.NAME.KEY.RANDOM.wirephoto-part</c>; the key stands for the image (its name on the server, length, digest), so that nothing goes on with another one.
/// </summary>
sealed class PartFolder
{
    // What arrives in one piece is not worth a name that a later run could find: nothing is left of it instead.
    const long NamelessMost = TransferBuffer.Size;

    const string HiddenName = ".wirephoto-parts";
    const string Ending = ".wirephoto-part";
    const int KeyDigits = 32;
    const int RandomDigits = 16;

    // With the rest it stays far below the 255 bytes of a name, whatever the alphabet.
    const int NameCharsMost = 40;

    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // As long as a server keeps unfinished uploads.
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    readonly string hidden;
    readonly Lazy<bool> isOurs;
    readonly Lazy<bool> hasNameless;
    volatile IReadOnlyList<FileInfo>? found;

    /// <summary>The parts of the local files of a folder, given by its full path.</summary>
    public PartFolder(string beside)
    {
        Beside = beside;
        hidden = Path.Combine(beside, HiddenName);
        isOurs = new Lazy<bool>(IsOurs);
        hasNameless = new Lazy<bool>(TryOutNameless);
    }

    /// <summary>Whether the folder of the local files exists.</summary>
    public bool IsThere => Directory.Exists(Beside);

    /// <summary>The folder of the local files.</summary>
    public string Beside { get; }

    /// <summary>Whether an earlier run left parts of this local file, of whatever image.</summary>
    public bool HasAny(string file) => (found ??= Found()).Any(part => IsNamed(part, $".{Shortened(file)}."));

    /// <summary>Takes up the longest part of exactly this image that no other run has; null: there is none.</summary>
    public PartFile? TryClaim(string file, ImageInfo image)
    {
        var prefix = Prefix(file, image);
        foreach (var part in Found().Where(part => IsNamed(part, prefix)).OrderByDescending(part => part.Length))
        {
            if (PartFile.TryClaim(part.FullName, Renamed(part)) is { } claimed) return claimed;
        }

        return null;
    }

    /// <summary>Makes a new part for an image.</summary>
    /// <exception cref="IOException">It can't be made anywhere.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public PartFile Create(string file, ImageInfo image)
    {
        if (image.Length <= NamelessMost && hasNameless.Value && PartFile.TryCreateNameless(Beside) is { } nameless) return nameless;

        // The folder is made only when it is missing. Another run may remove it again before there is something in it, or take up the part before it is locked.
        for (var attempt = 0; attempt < 6 && isOurs.Value; attempt++)
        {
            if (!Directory.Exists(hidden) && !TryMake()) break;
            try
            {
                return PartFile.Create(Path.Combine(hidden, NewName(file, image)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }

        // Somebody else's folder, or a file of that name: the part then serves this run alone.
        return PartFile.Create(Path.Combine(Beside, NewName(file, image)));
    }

    // Some file systems make files without a name and then refuse them one.
    bool TryOutNameless()
    {
        try
        {
            using var part = PartFile.TryCreateNameless(Beside);
            var name = Path.Combine(Beside, $".{NewRandom()}{Ending}");
            if (part?.TryGive(name) != true) return false;
            File.Delete(name);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    bool TryMake()
    {
        try
        {
            Directory.CreateDirectory(hidden);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A part stays for a later run. False: that run would not find it.</summary>
    public bool Keeps(PartFile part)
    {
        found = null;
        return Path.GetDirectoryName(part.Path) == hidden;
    }

    /// <summary>Removes parts that nobody took up for a day, and the folder when it is empty.</summary>
    public void Clean(DateTimeOffset now)
    {
        if (!Directory.Exists(hidden)) return;
        foreach (var part in Found().Where(part => now - part.LastWriteTimeUtc > Kept)) PartFile.TryClaim(part.FullName, Renamed(part))?.Delete();

        try
        {
            Directory.Delete(hidden, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use.
        }
    }

    // What lies in a folder where everybody may write, or behind a link, can be anybody's: nothing of it is taken up.
    bool IsOurs()
    {
        var entry = new DirectoryInfo(hidden);
        return entry.LinkTarget is null && (OperatingSystem.IsWindows() || (new DirectoryInfo(Beside).UnixFileMode & UnixFileMode.OtherWrite) == 0);
    }

    // Only what has the shape of our names is ever looked at.
    List<FileInfo> Found()
    {
        if (!Directory.Exists(hidden) || !IsOurs()) return [];
        try
        {
            return [.. new DirectoryInfo(hidden).EnumerateFiles().Where(file => IsPart(file.Name) && file.Exists)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool IsPart(string name)
    {
        const int Tail = 1 + KeyDigits + 1 + RandomDigits;
        if (!name.StartsWith('.') || !name.EndsWith(Ending, StringComparison.Ordinal) || name.Length <= 1 + Tail + Ending.Length) return false;
        var tail = name.AsSpan(name.Length - Ending.Length - Tail, Tail);
        return tail[0] == '.' && tail[1 + KeyDigits] == '.' && IsHex(tail.Slice(1, KeyDigits)) && IsHex(tail[(KeyDigits + 2)..]);
    }

    static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    static bool IsNamed(FileInfo part, string prefix) => part.Name.StartsWith(prefix, StringComparison.Ordinal);

    static string NewName(string file, ImageInfo image) => Prefix(file, image) + NewRandom() + Ending;

    static string Prefix(string file, ImageInfo image) => $".{Shortened(file)}.{KeyOf(image)}.";

    // Never through the middle of a character: half of one would not come back from the disk as it went there.
    static string Shortened(string file) => file.Length <= NameCharsMost ? file : file[..(char.IsHighSurrogate(file[NameCharsMost - 1]) ? NameCharsMost - 1 : NameCharsMost)];

    // A name is never used twice, see PartFile.
    string Renamed(FileInfo part) => Path.Combine(hidden, part.Name[..^(RandomDigits + Ending.Length)] + NewRandom() + Ending);

    static string NewRandom() => RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true);

    static string KeyOf(ImageInfo image)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{image.Filename}\0{image.Length}\0{image.Sha256}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..KeyDigits];
    }
}
