using System.Net;

namespace Wirephoto.Server.Service;

/// <summary>On whose behalf something is done.</summary>
/// <param name="Name">The connection's name, such as Client01.</param>
/// <param name="Address">The client's address and port.</param>
/// <param name="User">The user; empty: the anonymous one.</param>
public sealed record Caller(string Name, IPEndPoint Address, string User)
{
    /// <summary>The machine that it is, as far as its address tells: of IPv6 the first 64 bits, because every machine has all addresses behind them.</summary>
    public string Machine => Address.Address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address
        ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))
        : Address.Address.ToString();

    /// <summary>Whether the client runs on this machine.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address.Address);
}
