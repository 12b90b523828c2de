using Wirephoto.Crash.Tests.Checking;

namespace Wirephoto.Crash.Tests.Clients;

/// <summary>Requests in words, with the ledger told before they are sent and after their answer.</summary>
static class Conversations
{
    public static string Put(string name, Picture picture) =>
        $$"""{"type":"put","filename":"{{name}}","size":{{picture.Bytes.Length}},"sha256":"{{picture.Sha256}}","modified":"2020-02-02T02:02:02Z"}""";

    /// <summary>Books the answer to a put or a commit.</summary>
    public static void Book(this Ledger ledger, RawReply reply, string name, Picture picture)
    {
        if (reply.Ok)
        {
            if (reply.Text("sha256") != picture.Sha256) ledger.Found(FaultKind.Reply, $"{name}: a receipt for other bytes");
            ledger.Stored(name, picture);
        }
        else if (reply.Error == "exists")
        {
            ledger.Taken(name, picture, reply.Same);
        }
        else
        {
            ledger.ServerStops |= reply.Error == "shutting_down";
            ledger.Refused(name, picture);
        }
    }

    public static async Task PutAsync(this RawClient client, Ledger ledger, string name, Picture picture)
    {
        ledger.Sending(name, picture);
        ledger.Book(await client.AskAsync(Put(name, picture), picture.Bytes), name, picture);
    }

    public static async Task DeleteAsync(this RawClient client, Ledger ledger, string name, Picture? only)
    {
        var certain = !ledger.Names[name].Absent;
        ledger.Deleting(name);
        var reply = await client.AskAsync($$"""{"type":"delete","filename":"{{name}}"{{(only is null ? "" : $",\"sha256\":\"{only.Sha256}\"")}}}""");
        if (!reply.Ok && reply.Error is not ("not_found" or "shutting_down")) ledger.Found(FaultKind.Reply, $"{name}: not deleted: {reply.Error}");
        if (!reply.Ok && reply.Error == "not_found" && certain) ledger.Found(FaultKind.Lost, $"{name}: not found when it was to be deleted");
        if (reply.Ok || reply.Error == "not_found") ledger.Deleted(name);
    }

    /// <summary>Begins an upload or goes on with it; null: its name is taken, or the server stops.</summary>
    public static async Task<long?> BeginAsync(this RawClient client, Ledger ledger, Unfinished upload)
    {
        ledger.Uploads[upload.Token] = upload;
        ledger.Sending(upload.Name, upload.Picture);
        var reply = await client.AskAsync(
            $$"""{"type":"begin","filename":"{{upload.Name}}","length":{{upload.Picture.Bytes.Length}},"upload":"{{upload.Token}}","sha256":"{{upload.Picture.Sha256}}"}""");
        if (!reply.Ok)
        {
            if (reply.Error == "exists")
            {
                // What was kept of it has no use any more, and is swept.
                ledger.Taken(upload.Name, upload.Picture, reply.Same);
                upload.Abandoned = true;
            }
            else if (reply.Error == "shutting_down")
            {
                ledger.ServerStops = true;
            }
            else
            {
                ledger.Found(FaultKind.Reply, $"{upload.Token}: can't go on: {reply.Error}");
            }

            return null;
        }

        if (reply.Offset < upload.Acknowledged && !upload.Ending) ledger.Found(FaultKind.Lost, $"{upload.Token}: goes on at {reply.Offset}, though {upload.Acknowledged} bytes were acknowledged");
        if (reply.Text("prefix_sha256") != Picture.Digest(upload.Picture.Bytes.AsSpan(0, (int)reply.Offset)))
            ledger.Found(FaultKind.Staging, $"{upload.Token}: the kept bytes are not the ones that were sent");
        return reply.Offset;
    }

    /// <summary>Sends a piece; false: refused, because the server stops.</summary>
    public static async Task<bool> AppendAsync(this RawClient client, Unfinished upload, long from, long to)
    {
        var piece = upload.Picture.Bytes.AsMemory((int)from, (int)(to - from));
        var reply = await client.AskAsync($$"""{"type":"append","upload":"{{upload.Token}}","offset":{{from}},"size":{{piece.Length}}}""", piece);
        if (reply.Ok) upload.Acknowledged = reply.Offset;
        return reply.Ok;
    }

    public static async Task CommitAsync(this RawClient client, Ledger ledger, Unfinished upload)
    {
        upload.Ending = true;
        var reply = await client.AskAsync($$"""{"type":"commit","upload":"{{upload.Token}}","sha256":"{{upload.Picture.Sha256}}"}""");
        ledger.Book(reply, upload.Name, upload.Picture);
        if (reply.Ok || reply.Error != "shutting_down") ledger.Uploads.TryRemove(upload.Token, out _);
    }

    /// <summary>Goes on with an upload wherever it stands and ends it.</summary>
    public static async Task FinishAsync(this RawClient client, Ledger ledger, Unfinished upload)
    {
        if (await client.BeginAsync(ledger, upload) is not { } offset) return;
        var length = upload.Picture.Bytes.Length;
        if (offset < length && !await client.AppendAsync(upload, offset, length)) return;
        await client.CommitAsync(ledger, upload);
    }
}
