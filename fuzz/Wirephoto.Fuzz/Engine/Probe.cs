namespace Wirephoto.Fuzz.Engine;

/// <summary>Runs one input: the decoder under the eyes of the memory meter and the watch, then the slow rule.</summary>
public sealed class Probe(FuzzTarget target, Watch? watch = null)
{
    /// <summary>The verdict, or what is wrong.</summary>
    public async ValueTask<(Verdict? Verdict, string? Finding)> RunAsync(FuzzInput input)
    {
        try
        {
            var (verdict, allocated) = await MeasureAsync(input);
            var most = target.MostAllocated(input.Payload.Length);

            // The first input of its kind also pays for tables and compiled code, the second one does not.
            if (allocated > most) (verdict, allocated) = await MeasureAsync(input);
            FindingException.Unless(allocated <= most, $"decoding allocated {allocated} bytes, more than {most}");
            await target.CheckAsync(input, verdict);
            return (verdict, null);
        }
        catch (FindingException broken)
        {
            return (null, broken.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, e.ToString());
        }
    }

    async ValueTask<(Verdict Verdict, long Allocated)> MeasureAsync(FuzzInput input)
    {
        watch?.Begin(input);
        var thread = Environment.CurrentManagedThreadId;
        var before = Allocated();
        var verdict = await target.DecodeAsync(input);
        FindingException.Unless(target.UsesThreads || thread == Environment.CurrentManagedThreadId, "a decoder that does not wait changed its thread");
        var allocated = Allocated() - before;
        watch?.End();
        return (verdict, allocated);
    }

    long Allocated() => target.UsesThreads ? GC.GetTotalAllocatedBytes() : GC.GetAllocatedBytesForCurrentThread();
}
