using System.Globalization;
using System.Text;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Logging;

public sealed class LogWriterTests : IDisposable
{
    // Longer than any test: what is written before it is over was not waited for.
    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    readonly LogOutput output = new();

    public void Dispose() => output.Dispose();

    [Fact]
    public async Task A_single_line_is_written_at_once_and_those_that_follow_it_soon_in_one_write()
    {
        using (var writer = NewWriter(Long))
        {
            writer.Add(Line("first"));
            await Eventually.TrueAsync(() => output.Writes.Count == 1);
            for (var i = 0; i < 1000; i++) writer.Add(Line($"{i}"));
            Assert.Single(output.Writes);
        }

        Assert.Equal(2, output.Writes.Count);
        Assert.Equal(["first", .. Enumerable.Range(0, 1000).Select(i => $"{i}")], output.Lines);
    }

    [Fact]
    public async Task Lines_that_gathered_are_written_after_a_moment_without_any_other_coming()
    {
        using var writer = NewWriter(TimeSpan.FromMilliseconds(20));
        for (var i = 0; i < 10; i++)
        {
            writer.Add(Line("some"));
            writer.Add(Line("more"));
            await Eventually.TrueAsync(() => output.Lines.Count == 2 * (i + 1));
        }
    }

    [Fact]
    public async Task Who_adds_to_a_full_queue_waits_and_no_line_is_lost_or_overtaken_by_a_later_one_of_the_same_caller()
    {
        using (var writer = NewWriter(Long, most: 100))
        {
            output.Hold();
            writer.Add(Line("held"));
            await Eventually.TrueAsync(() => output.IsHeld);
            var callers = Enumerable.Range(0, 4).Select(caller => Task.Factory.StartNew(
                () =>
                {
                    for (var i = 0; i < 500; i++) writer.Add(Line($"{caller} {i}"));
                },
                TaskCreationOptions.LongRunning)).ToList();
            Assert.False(callers.Exists(caller => caller.IsCompleted));
            output.Release();

            // A full queue is written without waiting for the moment to be over.
            await Task.WhenAll(callers);
        }

        Assert.Equal(2001, output.Lines.Count);
        foreach (var caller in output.Lines.Skip(1).GroupBy(line => line[0])) Assert.Equal(Enumerable.Range(0, 500), caller.Select(line => int.Parse(line[2..], CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(output.Writes, write => write.Length > 110);
    }

    [Fact]
    public async Task An_output_that_fails_loses_its_lines_and_nothing_else()
    {
        using var writer = NewWriter(TimeSpan.Zero);
        output.Fault = new IOException("nobody reads this any more");
        writer.Add(Line("lost"));
        await Eventually.TrueAsync(() => output.Failed == 1);
        output.Fault = new UnauthorizedAccessException();
        writer.Add(Line("lost too"));
        await Eventually.TrueAsync(() => output.Failed == 2);
        output.Fault = null;
        writer.Add(Line("kept"));
        await Eventually.TrueAsync(() => output.Lines.Count == 1);
        Assert.Equal(["kept"], output.Lines);
    }

    [Fact]
    public void Nothing_waits_for_a_writer_that_has_ended_and_it_can_end_twice()
    {
        var writer = NewWriter(Long, most: 10);
        writer.Add(Line("written"));
        writer.Dispose();
        for (var i = 0; i < 100; i++) writer.Add(Line("too late"));
        writer.Dispose();
        Assert.Equal(["written"], output.Lines);
    }

    [Fact]
    public void Letters_of_all_kinds_are_written_as_they_are()
    {
        var text = string.Concat(Enumerable.Repeat("aä€🖼", 5000));
        using (var writer = NewWriter(Long)) writer.Add(Line(text));
        Assert.Equal([text], output.Lines);
    }

    LogWriter NewWriter(TimeSpan gather, int most = 1_000_000) => new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), gather, most);

    static StringBuilder Line(string text) => new StringBuilder(text).Append('\n');
}

/// <summary>What a log writes, held up or failing when a test says so.</summary>
sealed class LogOutput : MemoryStream
{
    readonly ManualResetEventSlim free = new(initialState: true);
    readonly List<string> writes = [];
    volatile bool isHeld;

    public Exception? Fault { get; set; }

    public int Failed { get; private set; }

    public bool IsHeld => isHeld;

    public IReadOnlyList<string> Writes
    {
        get
        {
            lock (writes) return [.. writes];
        }
    }

    public IReadOnlyList<string> Lines => string.Concat(Writes).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Hold() => free.Reset();

    public void Release() => free.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        isHeld = !free.IsSet;
        free.Wait();
        if (Fault is { } fault)
        {
            Failed++;
            throw fault;
        }

        lock (writes) writes.Add(Encoding.UTF8.GetString(buffer, offset, count));
    }

    protected override void Dispose(bool disposing)
    {
        free.Dispose();
        base.Dispose(disposing);
    }
}
