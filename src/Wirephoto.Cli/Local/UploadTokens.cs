using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Local;

/// <summary>
/// Upload tokens that only this user can work out, and works out again in a later run: that is how an interrupted put goes on. The
/// same file, unchanged, for the same name on the same server has the same token.
/// </summary>
/// <param name="secret">32 bytes that nobody else knows; null: there is no place to keep them, and every token is random.</param>
sealed class UploadTokens(byte[]? secret)
{
    const int SecretSize = 32;

    /// <summary>The tokens of the current user; the secret is made on first use.</summary>
    public static UploadTokens OfUser(Func<string, string?> variable)
    {
        try
        {
            return new(StateFolder(variable) is { } folder ? Secret(folder) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null);
        }
    }

    /// <summary>The token for storing a file under a name.</summary>
    public UploadToken For(LocalImage image, ServerAddress server)
    {
        if (secret is null) return UploadToken.New();
        var what = string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFullPath(image.Path)}\0{image.Length}\0{image.Modified.UtcTicks}\0{image.Name}\0{server}");
        var hash = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(what));
        return new UploadToken(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    static string? StateFolder(Func<string, string?> variable)
    {
        if (variable("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state)) return Path.Combine(state, "wirephoto");
        return variable("HOME") is { } home && Path.IsPathRooted(home) ? Path.Combine(home, ".local", "state", "wirephoto") : null;
    }

    static byte[]? Secret(string folder)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Combine(folder, "secret");
        if (!File.Exists(path))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);

            // Written under another name first: whoever reads it reads all of it. Of two runs at once, one secret wins.
            var temporary = Path.Combine(folder, Path.GetRandomFileName());
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
            using (var file = new FileStream(temporary, options)) file.Write(RandomNumberGenerator.GetBytes(SecretSize));
            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);
            }
        }

        var secret = File.ReadAllBytes(path);
        return secret.Length == SecretSize ? secret : null;
    }
}
