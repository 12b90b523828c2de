using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Dialects.D4;

public sealed class FrozenTests
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static TheoryData<string> Names => VectorTests.NamesOf(static name => name.StartsWith("d4-", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_session_goes_as_frozen(string name)
    {
        var (headers, exchange) = VectorTests.Read(name);
        await using var service = new SessionService();
        foreach (var image in headers["stored"].Split(", ", StringSplitOptions.RemoveEmptyEntries)) await service.StoreAsync(image, VectorTests.Pixel);
        var wire = service.Connect();
        foreach (var (side, bytes) in exchange)
        {
            if (side == 'C') wire.Say(bytes);
            else if (side == 'P') await PassPauseAsync(service, wire);
            else Assert.Equal(bytes, (await wire.HearAsync())!.Value.Bytes);
        }

        wire.Hang();
        await service.End;
        Assert.False(wire.HasHeard);
    }

    static async Task PassPauseAsync(SessionService service, MessageWire wire)
    {
        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(Pause));
        Assert.False(wire.HasHeard);
        service.Clock.Advance(Pause);
    }
}
