using System.Globalization;
using System.Text;

namespace Wirephoto.Crash.Tests.Checking;

/// <summary>Counts, for each moment at which a server was killed, what was broken by it.</summary>
sealed class MatrixTable
{
    readonly SortedDictionary<string, (int Runs, int[] Faults)> rows = new(StringComparer.Ordinal);
    readonly List<string> details = [];

    public int Kills
    {
        get
        {
            lock (rows) return rows.Values.Sum(row => row.Runs);
        }
    }

    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (rows) return [.. details];
        }
    }

    public void Add(string moment, int kills, IReadOnlyList<Fault> faults)
    {
        lock (rows)
        {
            var row = rows.TryGetValue(moment, out var known) ? known : (0, new int[Enum.GetValues<FaultKind>().Length]);
            foreach (var fault in faults) row.Item2[(int)fault.Kind]++;
            rows[moment] = (row.Item1 + kills, row.Item2);
            details.AddRange(faults.Select(fault => $"{moment}: {fault.Kind}: {fault.What}"));
        }
    }

    public override string ToString()
    {
        var table = new StringBuilder($"{"killed at",-28}{"runs",6}{"lost",6}{"visible",9}{"overwritten",13}{"staging",9}{"index",7}{"reply",7}\n");
        lock (rows)
        {
            foreach (var (moment, (runs, faults)) in rows) Append(table, moment, runs, faults);
            Append(table, "all", rows.Values.Sum(row => row.Runs), [.. Enumerable.Range(0, Enum.GetValues<FaultKind>().Length).Select(kind => rows.Values.Sum(row => row.Faults[kind]))]);
        }

        return table.ToString();
    }

    static void Append(StringBuilder table, string moment, int runs, int[] faults) => table.AppendLine(
        CultureInfo.InvariantCulture, $"{moment,-28}{runs,6}{faults[0],6}{faults[1],9}{faults[2],13}{faults[3],9}{faults[4],7}{faults[5],7}");
}
