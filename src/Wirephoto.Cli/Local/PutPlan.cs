using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Local;

/// <summary>The files that a put stores and the names they get: expanded patterns, walked folders, <c>--as</c> applied.</summary>
/// <param name="Images">In the order they are stored.</param>
/// <param name="Skipped">A word of <see cref="PassedOver"/> for each entry in folders that is passed over.</param>
sealed record PutPlan(IReadOnlyList<LocalImage> Images, IReadOnlyList<string> Skipped)
{
    /// <summary>Makes the plan from what a user wrote; nothing is read but the folders.</summary>
    /// <exception cref="UsageException"><c>--as</c> names one file and there are several.</exception>
    public static PutPlan Of(IReadOnlyList<string> operands, CliOptions options)
    {
        var found = new List<LocalImage>();
        var skipped = new List<string>();
        foreach (var operand in operands) Add(found, skipped, operand, options.Recursive);

        if (options.As is not { } name) return new(found, skipped);
        if (name.EndsWith('/')) return new([.. found.Select(image => image with { Name = name + image.Name })], skipped);
        if (found.Count > 1) throw new UsageException("--as names one file; for several write a folder with a '/' at its end: --as folder/");
        return new([.. found.Select(image => image with { Name = name })], skipped);
    }

    /// <summary>The plan once it is known which types the server takes: the others become faults, or are passed over in folders.</summary>
    public PutPlan For(ImageTypes types)
    {
        var others = Images.ToLookup(image => image.InFolder && !types.Accepts(image.Name));
        return new(
            [.. others[false].Select(image => image with { Fault = image.Fault ?? ImageName.Fault(image.Name, types) })],
            [.. Skipped, .. others[true].Select(image => PassedOver.Type(image.Name))]);
    }

    static void Add(List<LocalImage> found, List<string> skipped, string operand, bool recursive)
    {
        // A file may be named like a pattern.
        if (File.Exists(operand) || Directory.Exists(operand) || !Glob.IsPattern(operand))
        {
            AddPath(found, skipped, operand, recursive);
            return;
        }

        List<string> paths;
        try
        {
            paths = Glob.Expand(operand, folders: recursive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            found.Add(LocalImage.Faulty(operand, operand, new WirephotoException(ErrorCode.LocalFailed, e.Message, e)));
            return;
        }

        if (paths.Count == 0)
            found.Add(LocalImage.Faulty(operand, operand, new WirephotoException(ErrorCode.LocalMissing, $"no file matches {operand}")));

        var root = Glob.Root(operand);
        foreach (var path in paths)
        {
            if (Directory.Exists(path)) FolderWalk.AddTo(found, skipped, path, FolderPrefix(path));
            else found.Add(LocalImage.Of(path, recursive ? FolderPrefix(root) + path[root.Length..] : Path.GetFileName(path)));
        }
    }

    static void AddPath(List<LocalImage> found, List<string> skipped, string path, bool recursive)
    {
        if (!Directory.Exists(path)) found.Add(LocalImage.Of(path, Path.GetFileName(path) is { Length: > 0 } name ? name : path));
        else if (recursive) FolderWalk.AddTo(found, skipped, path, FolderPrefix(path));
        else found.Add(LocalImage.Faulty(path, path, new WirephotoException(ErrorCode.LocalFailed, $"{path} is a folder") { Remedy = "Name files, or add --recursive for all that is in a folder." }));
    }

    // As cp -r does: a folder keeps its own name, and what has none of its own (".", "..", "shoot/.") stands for what is in it.
    static string FolderPrefix(string folder)
    {
        var name = Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar, '/'));
        return name is "" or "." or ".." ? "" : name + "/";
    }
}
