using Wirephoto.Client;

namespace Wirephoto.Cli.Progress;

/// <summary>How far all transfers of a request are together. Its fraction never goes backwards and never passes one. Safe to use from many threads.</summary>
sealed class TransferMeter(TimeProvider clock)
{
    // The rate is that of the last seconds: an average since the start would not notice a stall.
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Lock counting = new();
    readonly Queue<(long Time, long Bytes)> samples = [];
    long files;
    long filesDone;
    long bytes;
    long total;
    int verifying;
    double fraction;
    long moved = clock.GetTimestamp();

    /// <summary>Announces a file; its length is null when only the server knows it.</summary>
    public Transfer Begin(long? length)
    {
        lock (counting)
        {
            files++;
            total += length ?? 0;
            Moved();
            return new Transfer(this, length);
        }
    }

    /// <summary>Where things stand.</summary>
    public Reading Read()
    {
        lock (counting)
        {
            var now = clock.GetTimestamp();
            samples.Enqueue((now, bytes));
            while (samples.Count > 2 && clock.GetElapsedTime(samples.Peek().Time, now) > Window) samples.Dequeue();

            var (since, before) = samples.Peek();
            var seconds = clock.GetElapsedTime(since, now).TotalSeconds;
            var rate = seconds > 0 ? (bytes - before) / seconds : 0;
            TimeSpan? left = rate > 0 ? TimeSpan.FromSeconds(Math.Min((total - bytes) / rate, TimeSpan.FromDays(99).TotalSeconds)) : null;

            // Totals can grow while a listing goes on; what was shown stays.
            fraction = Math.Max(fraction, total > 0 ? Math.Min(1.0, (double)bytes / total) : 0);
            return new(filesDone, files, bytes, total, fraction, rate, left, verifying, clock.GetElapsedTime(moved, now));
        }
    }

    void Moved() => moved = clock.GetTimestamp();

    /// <summary>What a meter shows.</summary>
    /// <param name="FilesDone">Files that are finished, well or not.</param>
    /// <param name="Files">Files announced so far.</param>
    /// <param name="Bytes">Bytes that are safe at the other end.</param>
    /// <param name="Total">Bytes announced so far.</param>
    /// <param name="Fraction">How far, 0 to 1.</param>
    /// <param name="Rate">Bytes a second.</param>
    /// <param name="Left">How long it will take at this rate; null: no telling.</param>
    /// <param name="Verifying">Files of which nothing moves just now, because what is there already is being read and compared.</param>
    /// <param name="Still">How long nothing has been counted.</param>
    public readonly record struct Reading(
        long FilesDone, long Files, long Bytes, long Total, double Fraction, double Rate, TimeSpan? Left, int Verifying = 0, TimeSpan Still = default);

    /// <summary>One file's part of the meter.</summary>
    public sealed class Transfer(TransferMeter meter, long? length) : IProgress<TransferProgress>
    {
        long announced = length ?? 0;
        long counted;
        bool verifying;
        bool ended;

        /// <inheritdoc/>
        public void Report(TransferProgress value)
        {
            lock (meter.counting)
            {
                if (ended) return;
                if (announced < value.Total) Announce(value.Total);
                Verify(value.Verifying);
                Count(Math.Min(value.Bytes, announced));
            }
        }

        /// <summary>The file is finished: all of it is there, or what is missing is not waited for any longer.</summary>
        public void End(bool success)
        {
            lock (meter.counting)
            {
                if (ended) return;
                ended = true;
                Verify(false);
                meter.filesDone++;
                meter.Moved();
                if (success) Count(announced);
                else Announce(counted);
            }
        }

        void Verify(bool value)
        {
            if (value != verifying) meter.verifying += value ? 1 : -1;
            verifying = value;
        }

        void Announce(long value)
        {
            meter.total += value - announced;
            announced = value;
        }

        // Bytes that were counted once stay counted, whatever a repetition reports.
        void Count(long value)
        {
            if (value <= counted) return;
            meter.bytes += value - counted;
            counted = value;
            meter.Moved();
        }
    }
}
