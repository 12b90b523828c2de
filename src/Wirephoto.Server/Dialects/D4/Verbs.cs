using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>What each message means. Whatever is no command is echoed.</summary>
sealed class Verbs(SessionContext context, MessageWriter answers)
{
    const string Get = "get", Gone = "File not found.";

    readonly TopFolder folder = new(context);

    /// <summary>Answers a message; false: it was the last.</summary>
    public async Task<bool> AnswerAsync(string message)
    {
        var leaves = message.Equals("exit", StringComparison.OrdinalIgnoreCase);
        if (NameIn(message) is { } name) await GetAsync(name);
        else if (leaves) await SayAsync("EXIT", "Goodbye!", "");
        else if (message.Equals("list", StringComparison.OrdinalIgnoreCase)) await ListAsync();
        else if (message.Equals("status", StringComparison.OrdinalIgnoreCase)) await StatusAsync();
        else await EchoAsync(message);
        return !leaves;
    }

    // All behind "get" and white space; null: the message is something else.
    static string? NameIn(string message) =>
        message.StartsWith(Get, StringComparison.OrdinalIgnoreCase) && message.Length > Get.Length && char.IsWhiteSpace(message[Get.Length])
            ? TopFolder.LastSegment(message[Get.Length..].TrimStart(' '))
            : null;

    async Task EchoAsync(string message)
    {
        var answer = MessageWriter.Encode(message + " ACK");
        if (answer.Length > MessageWriter.Most) answer = MessageWriter.Encode($"The message is too long: {MessageWriter.Most - 4} bytes are the most.");
        await answers.SendAsync(answer);
        Note("SAY", "", success: true, $"{answer.Length} bytes answered");
    }

    async Task StatusAsync()
    {
        // The oldest come first, but what does not fit is old: who is there now must always be seen.
        var lines = new FittedLines(MessageWriter.Most);
        foreach (var session in context.Roster.Sessions().Reverse()) lines.Add(Reports.Line(session, context.Clock.LocalTimeZone));
        await SayAsync("STATUS", lines.Write(lastFirst: true), $"{lines.Count} sessions");
    }

    async Task ListAsync()
    {
        var lines = new FittedLines(MessageWriter.Most);
        try
        {
            await foreach (var image in folder.ListAsync(CancellationToken.None)) lines.Add(Reports.Line(image));
        }
        catch (WirephotoException refusal)
        {
            await RefuseAsync("LIST", "", refusal);
            return;
        }

        await SayAsync("LIST", lines.Count == 0 ? "No files available." : lines.Write(), $"{lines.Count} images");
    }

    async Task GetAsync(string name)
    {
        OpenImage open;
        try
        {
            open = await folder.OpenAsync(name, CancellationToken.None);
        }
        catch (WirephotoException refusal)
        {
            await RefuseAsync("GET", name, refusal);
            return;
        }

        await using (open) await DeliverAsync(open);
    }

    async Task DeliverAsync(OpenImage open)
    {
        var file = open.Image.Name.FileName;
        try
        {
            await new ImageDelivery(open, answers).RunAsync();
            Note("GET", file, success: true, $"{open.Image.Length} bytes");
        }
        catch (EndOfStreamException e)
        {
            context.Log.Fault(context.Caller, e);
            answers.Fail(ConnectionEnd.ReadFailed);
            Note("GET", file, success: false, $"the image was not sent whole: {ConnectionEnd.ReadFailed}");
            throw;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Note("GET", file, success: false, $"the image was not sent whole: {answers.End ?? ConnectionEnd.Lost}");
            throw;
        }
    }

    async Task RefuseAsync(string verb, string name, WirephotoException refusal)
    {
        if (refusal.InnerException is not null) context.Log.Cause(context.Caller, refusal);
        Note(verb, name, success: false, $"{refusal.Code.Word()}: {refusal.Message}");
        var absent = refusal.Code is ErrorCode.NotFound or ErrorCode.BadName or ErrorCode.UnsupportedType;
        await answers.SendAsync(absent ? Gone : $"Error: {refusal.Message}.");
    }

    async Task SayAsync(string verb, string answer, string note)
    {
        await answers.SendAsync(answer);
        Note(verb, "", success: true, note);
    }

    void Note(string verb, string file, bool success, string message) => context.Log.Request(context.Caller, verb, file, success, $"{message} (D4)");
}
