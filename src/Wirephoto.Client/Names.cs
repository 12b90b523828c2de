using System.Runtime.CompilerServices;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Client;

/// <summary>What a client checks of a name before it sends it, and of one in a reply; all other rules are the server's.</summary>
static class Names
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses half characters: writing them as UTF-8 would quietly make another name.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>.</exception>
    public static void Check(string name, [CallerArgumentExpression(nameof(name))] string? argument = null)
    {
        ArgumentNullException.ThrowIfNull(name, argument);
        try
        {
            Strict.GetByteCount(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new WirephotoException(ErrorCode.BadName, $"the {argument} holds half a character (a lone surrogate)", e);
        }
    }

    /// <summary>Refuses a reply that is about another image than was asked for. Of several spellings of one name, a reply has the stored one.</summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.BadReply"/>.</exception>
    public static void EnsureSame(string asked, string replied)
    {
        if (replied != asked && NameKey.Of(replied) != NameKey.Of(asked))
            throw new ConnectionException(ErrorCode.BadReply, $"the server was asked about '{asked}', and its reply is about '{replied}'");
    }
}
