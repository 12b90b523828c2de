using Spectre.Console;

namespace Wirephoto.Cli.Reports;

/// <summary>
/// Where the program reads and writes: what was asked for goes to standard output, everything else to standard error. While a progress display
/// is alive on the terminal, lines for that terminal go through it, so that they appear above it.
/// </summary>
sealed class Screen(TextReader input, TextWriter output, TextWriter error)
{
    readonly Lock writing = new();
    IAnsiConsole? display;

    /// <summary>Whether standard input, output and error are terminals, the last one fit for a display.</summary>
    public (bool Input, bool Output, bool Error) Terminal { get; init; }

    /// <summary>Standard error, for a progress display.</summary>
    public TextWriter Error => error;

    /// <summary>The program's own screen.</summary>
    public static Screen OfProcess()
    {
        // Not Console.Out: it flushes after every line, which a listing of a hundred thousand names would feel.
        var utf8 = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new(Console.In, new StreamWriter(Console.OpenStandardOutput(), utf8, 16 * 1024), new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true })
        {
            // A terminal that can't move its cursor gets no progress bar.
            Terminal = (!Console.IsInputRedirected, !Console.IsOutputRedirected, !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb"),
        };
    }

    /// <summary>Writes a line of what was asked for, already escaped.</summary>
    public void Line(string line) => Write(line, output, Terminal.Output);

    /// <summary>Writes a line about it, already escaped.</summary>
    public void Note(string line) => Write(line, error, Terminal.Error);

    /// <summary>Writes a prompt without a line end.</summary>
    public void Prompt(string text)
    {
        lock (writing) output.Write(text);
        Flush();
    }

    /// <summary>Reads a line; null at the end of the input.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        // A terminal's reader blocks whatever it is called: on a thread of its own, the wait for it can still end.
        return await Task.Factory.StartNew(input.ReadLine, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancel);
    }

    /// <summary>Shows what was written so far.</summary>
    public void Flush()
    {
        lock (writing) output.Flush();
    }

    /// <summary>Sends lines for the terminal through a live display; null: no longer.</summary>
    public void Through(IAnsiConsole? live)
    {
        Flush();
        display = live;
    }

    void Write(string line, TextWriter writer, bool terminal)
    {
        if (terminal && display is { } live)
        {
            // As raw output: the line is neither markup nor to be wrapped.
            live.Write(new ControlCode(line + "\n"));
            return;
        }

        lock (writing) writer.WriteLine(line);
    }
}
