using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Native.Handlers;

/// <summary>have: docs/protocol.md, "have".</summary>
static class HaveHandler
{
    /// <summary>Tells for each digest which images hold it.</summary>
    public static async Task<Answer> HandleAsync(SessionContext context, HaveRequest have, CancellationToken cancel)
    {
        var lines = new LinesWriter();
        var held = 0;
        var known = new Dictionary<Digest, IReadOnlyList<string>>();
        foreach (var digest in have.Digests)
        {
            // The same digest asked for again costs nothing more.
            if (!known.TryGetValue(digest, out var names)) known[digest] = names = await context.Images.HaveAsync(digest, cancel);
            if (names.Count > 0) held++;
            lines.Add(new HaveEntry(digest, names).Write);
        }

        return new Answer(new HaveReply(lines.Length), $"{held} of {have.Digests.Count}", new LinesBody(lines));
    }
}
