namespace Wirephoto.Server;

/// <summary>What this program calls itself.</summary>
static class ServerVersion
{
    /// <summary>Program and version, such as <c>wirephotod/0.1.0</c>.</summary>
    public static string Text { get; } = $"wirephotod/{typeof(ServerVersion).Assembly.GetName().Version?.ToString(3)}";
}
