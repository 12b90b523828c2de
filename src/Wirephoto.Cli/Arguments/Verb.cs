namespace Wirephoto.Cli.Arguments;

/// <summary>What a request asks for.</summary>
enum Verb
{
    Put,
    Get,
    List,
    Status,
    Say,
    Stat,
    Have,
    Delete,
}

/// <summary>The words for the requests, in upper or lower case.</summary>
static class Verbs
{
    static readonly Verb[] Known = Enum.GetValues<Verb>();

    /// <summary>"put, get, ...", for messages.</summary>
    public static string All { get; } = string.Join(", ", Known.Select(verb => verb.Word().ToLowerInvariant()));

    /// <summary>The verb that a word is, in any letter case, or null.</summary>
    public static Verb? Find(string word)
    {
        foreach (var verb in Known)
        {
            if (string.Equals(word, verb.Word(), StringComparison.OrdinalIgnoreCase)) return verb;
        }

        return null;
    }

    /// <summary>The verb as report lines spell it.</summary>
    public static string Word(this Verb verb) => verb switch
    {
        Verb.Put => "PUT",
        Verb.Get => "GET",
        Verb.List => "LIST",
        Verb.Status => "STATUS",
        Verb.Say => "SAY",
        Verb.Stat => "STAT",
        Verb.Have => "HAVE",
        _ => "DELETE",
    };
}
