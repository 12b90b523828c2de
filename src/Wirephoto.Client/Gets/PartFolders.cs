namespace Wirephoto.Client.Gets;

/// <summary>The part folders that the gets of one client use at the moment: many gets into one folder look at it once, and the last one cleans up.</summary>
sealed class PartFolders(TimeProvider clock)
{
    readonly Dictionary<string, (PartFolder Folder, int Users)> inUse = new(StringComparer.Ordinal);

    /// <summary>The part folder beside the files of this folder; <see cref="Leave"/> ends its use.</summary>
    public PartFolder Enter(string beside)
    {
        lock (inUse)
        {
            var (folder, users) = inUse.TryGetValue(beside, out var known) ? known : (new PartFolder(beside), 0);
            inUse[beside] = (folder, users + 1);
            return folder;
        }
    }

    /// <summary>One get is done with it.</summary>
    public void Leave(PartFolder folder)
    {
        lock (inUse)
        {
            var users = inUse[folder.Beside].Users - 1;
            if (users > 0)
            {
                inUse[folder.Beside] = (folder, users);
                return;
            }

            inUse.Remove(folder.Beside);
        }

        folder.Clean(clock.GetUtcNow());
    }
}
