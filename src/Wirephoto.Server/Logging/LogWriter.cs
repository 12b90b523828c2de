using System.Buffers;
using System.Text;

namespace Wirephoto.Server.Logging;

/// <summary>
/// Writes the lines of the log, on a thread of its own. A line is written at once; those that come in the moment behind it are written together,
/// so that a flood of them does not wake the thread for each. Lines keep their order. When too much waits, who adds more waits too.
/// </summary>
sealed class LogWriter : IDisposable
{
    // Somebody may have stopped reading what is written: a server that is to end does not wait for that longer.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Stream output;
    readonly Encoding encoding;
    readonly TimeSpan gather;
    readonly int most;
    readonly object gate = new();
    readonly Thread thread;
    ArrayBufferWriter<char> waiting = new(4096);
    bool isIdle, closed;

    /// <summary>Starts the thread.</summary>
    /// <param name="output">Where lines go; stays open.</param>
    /// <param name="encoding">How they are written.</param>
    /// <param name="gather">How long to let lines gather after each write.</param>
    /// <param name="most">Characters that may wait.</param>
    public LogWriter(Stream output, Encoding encoding, TimeSpan gather, int most)
    {
        (this.output, this.encoding, this.gather, this.most) = (output, encoding, gather, most);
        AppDomain.CurrentDomain.ProcessExit += AtEnd;
        AppDomain.CurrentDomain.UnhandledException += AtEnd;
        thread = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        thread.Start();
    }

    bool IsFull => waiting.WrittenCount >= most;

    /// <summary>Adds whole lines; what comes after <see cref="Dispose"/> is dropped.</summary>
    public void Add(StringBuilder lines)
    {
        lock (gate)
        {
            while (IsFull && !closed) Monitor.Wait(gate);
            if (closed) return;
            foreach (var part in lines.GetChunks()) waiting.Write(part.Span);

            // A thread that lets lines gather sleeps on; what fills the queue ends that.
            if (isIdle || IsFull) Monitor.PulseAll(gate);
        }
    }

    void WriteAll()
    {
        var taken = new ArrayBufferWriter<char>(4096);
        while (true)
        {
            lock (gate)
            {
                isIdle = true;
                while (waiting.WrittenCount == 0 && !closed) Monitor.Wait(gate);
                isIdle = false;
                if (waiting.WrittenCount == 0) return;
                (waiting, taken) = (taken, waiting);
                Monitor.PulseAll(gate);
            }

            Write(taken.WrittenSpan);
            taken.ResetWrittenCount();
            lock (gate)
            {
                if (!IsFull && !closed) Monitor.Wait(gate, gather);
            }
        }
    }

    void Write(ReadOnlySpan<char> lines)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(encoding.GetMaxByteCount(lines.Length));
        try
        {
            output.Write(bytes, 0, encoding.GetBytes(lines, bytes));
            output.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk of the log is full, or nobody reads it any more: images are served all the same, and the next lines may be written again.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    void AtEnd(object? sender, EventArgs ending) => Dispose();

    /// <summary>Writes what waits; takes no more.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= AtEnd;
        AppDomain.CurrentDomain.UnhandledException -= AtEnd;
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }

        thread.Join(Patience);
    }
}
