using System.Net;
using Wirephoto.Server.Net;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Clients;

public sealed class ClientRosterTests
{
    static readonly IPEndPoint Address = new(IPAddress.Loopback, 40000);

    [Fact]
    [Trait("Requirement", "R4-2.7")]
    [Trait("Requirement", "R4-2.8")]
    [Trait("Requirement", "R4-8.4")]
    [Trait("Requirement", "R4-10.2")]
    public void Clients_that_come_and_go_at_once_get_different_names_and_are_never_more_than_allowed()
    {
        var roster = new ClientRoster(new ManualClock(), history: 10_000);
        var names = new System.Collections.Concurrent.ConcurrentBag<string>();

        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            if (roster.Enter(Address, most: 5) is not { } caller) return;
            Assert.InRange(roster.Present, 1, 5);
            names.Add(caller.Name);
            roster.Leave(caller);
        });

        Assert.Equal(0, roster.Present);
        Assert.NotEmpty(names);
        Assert.Equal(names.Order(), roster.Sessions().Select(session => session.Name).Order());
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(roster.Sessions(), session => Assert.NotNull(session.End));
    }

    [Fact]
    [Trait("Requirement", "R4-2.5")]
    [Trait("Requirement", "R4-8.2")]
    public void Of_those_who_left_only_the_newest_are_remembered()
    {
        var clock = new ManualClock();
        var roster = new ClientRoster(clock, history: 2);
        var stays = roster.Enter(Address, most: 9)!;
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            roster.Leave(roster.Enter(Address, most: 9)!);
        }

        Assert.Equal(["Client01", "Client04", "Client05"], roster.Sessions().Select(session => session.Name));
        roster.Leave(stays);
        roster.Leave(stays);
        Assert.Equal(2, roster.Sessions().Count);
    }
}
