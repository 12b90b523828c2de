using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Dialects.D4;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage;

namespace Wirephoto.Server.Tests.Dialects.D4;

/// <summary>The service with D4 sessions over connections in memory.</summary>
sealed class SessionService(ServerOptions? options = null) : IAsyncDisposable
{
    static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(200);

    readonly TestService service = new(options) { Open = static (duplex, context) => new D4Session(duplex, context) };

    public ManualClock Clock => service.Clock;

    public LogLines Log => service.Log;

    public Task<ConnectionEnd> End => service.End;

    public IImageStore Store => service.Store;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A connection that has not been listened to yet.</summary>
    public MessageWire Connect(int? onTheWay = 0)
    {
        var wire = new MessageWire(Clock) { OnTheWay = onTheWay };
        _ = service.Connect((wire, wire));
        return wire;
    }

    /// <summary>A connection that has heard its name.</summary>
    public async Task<MessageWire> GreetedAsync()
    {
        var wire = Connect();
        Assert.StartsWith("Client", await wire.HearTextAsync(), StringComparison.Ordinal);
        return wire;
    }

    /// <summary>Puts bytes into the store past every rule, so that any size can be served.</summary>
    public async Task StoreAsync(string name, byte[] bytes)
    {
        var types = new ImageTypes(["jpg", "png"]);
        await using var upload = await Store.BeginAsync(UploadToken.New(), new UploadIntent(ImageName.Parse(name, types), bytes.Length, null, null, "", false), Cancel);
        await upload.AppendAsync(bytes, Cancel);
        Assert.True((await upload.CommitAsync(new Examination(new Digest(SHA256.HashData(bytes)), null, null), Cancel)).Won);
    }

    public void Drain() => service.Drain();

    public async ValueTask DisposeAsync()
    {
        // Sessions that are still there pause before their last word.
        var ended = service.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() =>
        {
            if (!ended.IsCompleted && Clock.HasTimerWithin(LastPause)) Clock.Advance(LastPause);
            return ended.IsCompleted;
        });
        await ended;
    }
}
