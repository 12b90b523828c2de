using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>What is recorded and reported of a file that was read through.</summary>
static class Reading
{
    /// <summary>The new record in place of the old one, and what to tell the operator, if anything.</summary>
    public static (IndexRow Row, StoreEvent? Happened) Of(ImageName name, IndexRow? old, FileStat file, Examination examined, DateTimeOffset now)
    {
        var verdict = Verdicts.Of(old, file, examined);
        var known = old is not null && (verdict is Verdict.Same or Verdict.Damaged || Unread(old, file));
        var row = new IndexRow(
            name, file.Length, file.ModifiedTicks, examined.Digest, examined.Facts, known ? old!.Stored : now, Durable: true,
            examined.Fault is null ? RowState.Image : RowState.NoImage, examined.Fault?.Message);
        return verdict switch
        {
            Verdict.Damaged => (row with { Digest = old!.Digest, Facts = old.Facts, Durable = false, State = RowState.Damaged, Fault = Fault(old, file, examined) },
                old.State == RowState.Damaged ? null : Event(StoreEventKind.Damaged, Fault(old, file, examined))),
            Verdict.Changed => (row, Event(StoreEventKind.Changed, $"another program put another image there: sha256 was {old!.Digest}, is {examined.Digest}")),
            Verdict.Same when old!.State == RowState.Damaged => (row, Event(StoreEventKind.Restored, "the bytes are the recorded ones again")),
            Verdict.NoImage => (row, Event(StoreEventKind.NotAnImage, row.Fault!)),
            _ => (row, null),
        };

        StoreEvent Event(StoreEventKind kind, string message) => new(kind, message, name.Text);
    }

    // When a file was first seen stays what it was when it is read later.
    static bool Unread(IndexRow old, FileStat file) =>
        old is { State: RowState.Unread, Digest: null } && old.Length == file.Length && old.ModifiedTicks == file.ModifiedTicks;

    /// <summary>What is wrong with the bytes of a damaged image.</summary>
    public static string Fault(IndexRow old, FileStat file, Examination examined)
    {
        var what = file.Length != old.Length ? $"{file.Length} bytes, and {old.Length} are recorded"
            : file.ModifiedTicks == old.ModifiedTicks ? "other bytes than the recorded ones, with the same date" : "other bytes than the recorded ones";
        return examined.Fault is { } fault ? $"{what}: {fault.Message}" : $"{what}: sha256 was {old.Digest}, is {examined.Digest}";
    }
}
