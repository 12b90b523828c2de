namespace Wirephoto.Cli.Arguments;

/// <summary>Names and words come from the system as bytes, and the runtime takes them for UTF-8.</summary>
static class Utf8
{
    /// <summary>Whether a text may stand for bytes that are not UTF-8: this character is in their place then, and the file of that name can't be found.</summary>
    public static bool IsDoubtful(string text) => text.Contains('\uFFFD');
}
