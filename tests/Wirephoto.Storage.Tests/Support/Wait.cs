namespace Wirephoto.Storage.Tests.Support;

/// <summary>Waits for what happens by itself.</summary>
static class Wait
{
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var end = TimeProvider.System.GetTimestamp() + 20 * TimeProvider.System.TimestampFrequency;
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetTimestamp() < end, "it did not happen within 20 seconds");
            await Task.Yield();
        }
    }
}
