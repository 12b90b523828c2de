using Wirephoto.Protocol.Errors;

namespace Wirephoto.Server.Service;

/// <summary>Who may do what. There are no users: whoever is served may put, get and list; only this machine may delete.</summary>
static class Permissions
{
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Forbidden"/>.</exception>
    public static void DemandDelete(Caller caller)
    {
        if (!caller.IsLocal)
            throw new WirephotoException(ErrorCode.Forbidden, "only clients on the server's own machine may delete");
    }
}
