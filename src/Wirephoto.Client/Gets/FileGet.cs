using Wirephoto.Client.Connections;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Gets;

/// <summary>A get into a local file: nothing to do when the image is there already, otherwise from where an earlier run stopped.</summary>
sealed class FileGet(Link link, PartFolders parts, string filename, string path, GetOptions options)
{
    readonly TransferReporter reporter = new(options.Progress);

    /// <summary>Fetches the image, if it is not there.</summary>
    public async Task<GetResult> RunAsync(CancellationToken cancel)
    {
        var final = FullPath();
        var copy = new LocalCopy(path, final);
        if (LocalCopy.IsTaken(final)) return await AlreadyThereAsync(copy, cancel);

        using var target = new NewLocalFile(path, final, parts);
        var download = new Download(link, filename, target, reporter);
        try
        {
            // Which part is the right one only the server can say; without any there is nothing to ask.
            if (target.HasParts && await Queries.StatAsync(link, filename, cancel) is var found && target.TakeUp(found) is { } part) await download.TakeUpAsync(found, part, cancel);
            var image = await download.RunAsync(cancel);
            if (target.TryPublish(image.Modified)) return new GetResult(image, AlreadyThere: false, download.Resumed);
            return await copy.IsSameAsync(image, reporter, cancel) ? There(image) : throw copy.Taken();
        }
        catch (Exception e) when (e is not WirephotoException failure || Attempts.OfConnection(failure))
        {
            target.Keep = true;
            throw;
        }
    }

    async Task<GetResult> AlreadyThereAsync(LocalCopy copy, CancellationToken cancel)
    {
        if (!copy.IsFile) throw copy.Taken();
        if (options.Listed is { Sha256: not null } listed && listed.Filename == filename && await copy.IsSameAsync(listed, reporter, cancel)) return There(listed);
        var image = await Queries.StatAsync(link, filename, cancel);
        return await copy.IsSameAsync(image, reporter, cancel) ? There(image) : throw copy.Taken();
    }

    GetResult There(ImageInfo image)
    {
        reporter.Report(image.Length, image.Length);
        return new GetResult(image, AlreadyThere: true, Resumed: 0);
    }

    string FullPath()
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new LocalFileException(ErrorCode.LocalFailed, $"{path} can't be written: {e.Message}", e);
        }
    }
}
