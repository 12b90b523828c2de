using System.Text;

namespace Wirephoto.Protocol.Names;

/// <summary>When two names are the same: NFC, then case folded. Computed here and nowhere else, so that every store agrees.</summary>
public static class NameKey
{
    /// <summary>The key of a path: two valid paths with one key are one name. Never throws, so that it may be asked for before a name is checked.</summary>
    public static string Of(string path)
    {
        // Far too long for a name, so it stays as it is: to normalize a flood of combining marks takes time with the square of its length.
        if (path.Length > NameRules.MaxBytes) return path;

        // Most names: they are their own normal form, and fold letter by letter.
        if (Ascii.IsValid(path)) return path.ToLowerInvariant();

        // Upper, then lower, folds what differs only in case, the Greek final sigma included. Folding can
        // bring forth a sequence that composes again, hence the second normalization.
        return Compose(Compose(path).ToUpperInvariant().ToLowerInvariant());
    }

    // Text with U+FFFE or half a character has no normal form, and is no valid name: it stays as it is.
    static string Compose(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    /// <summary>Refuses a runtime whose Unicode normalization is switched off: on it, twins would go unnoticed.</summary>
    /// <exception cref="PlatformNotSupportedException">The runtime does not normalize.</exception>
    public static void EnsureRuntimeNormalizes()
    {
        if (Of("E\u0301") != "\u00e9")
            throw new PlatformNotSupportedException("This .NET runtime does not normalize Unicode: install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
    }
}
