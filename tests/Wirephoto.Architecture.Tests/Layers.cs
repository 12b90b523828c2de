using System.Text.RegularExpressions;

namespace Wirephoto.Architecture.Tests;

/// <summary>What the sources of each project may know of: sockets at the edge, words on the wire in one place.</summary>
public sealed class Layers
{
    const string Dials = "src/Wirephoto.Client/Connections/AddressRace.cs";
    const string Listens = "src/Wirephoto.Server/Net/Listener.cs";
    const string Sends = "src/Wirephoto.Protocol/Transfer/Sockets/SocketDuplex.cs";
    const string Streams = "src/Wirephoto.Protocol/Transfer/Sockets/SocketStream.cs";
    const string Waits = "src/Wirephoto.Protocol/Transfer/Sockets/EpollLoop.cs";

    [Fact]
    [Trait("Requirement", "R1-1.5")]
    public void Only_the_listener_opens_a_port_and_only_the_race_of_addresses_connects_to_one()
    {
        Assert.Equal([Dials, Listens], Having("src", @"new Socket\("));
        Assert.Equal([Listens], Having("src", @"\bsocket\.(Bind|Listen|AcceptAsync)\("));
        Assert.Equal([Dials], Having("src", @"\bSocketStream\.ConnectAsync\("));

        // One of these and .NET watches the socket for good (docs/decisions/wire-sockets-are-watched-while-waited-for.md).
        Assert.Equal([Streams], Having("src", @"(?i)\bsocket\.(Connect|Send|Receive)\w*(Async)?\("));
    }

    [Fact]
    [Trait("Requirement", "R1-1.5")]
    public void Messages_framing_and_sessions_do_not_know_what_carries_their_bytes()
    {
        foreach (var folder in new[] { "src/Wirephoto.Protocol/Messages", "src/Wirephoto.Protocol/Framing", "src/Wirephoto.Server/Native", "src/Wirephoto.Server/Service", "src/Wirephoto.Storage" })
            Assert.Empty(Having(folder, @"\b(Socket|NetworkStream|SocketDuplex|SocketStream|EpollLoop|Listener)\b"));
    }

    [Fact]
    [Trait("Requirement", "R0-1.c")]
    [Trait("Requirement", "R0-2.1.3.1")]
    [Trait("Requirement", "R2-2.7")]
    public void Both_programs_speak_over_plain_TCP_sockets_and_nothing_higher()
    {
        Assert.Equal([Dials, Listens], Having("src", @"SocketType\.Stream, ProtocolType\.Tcp\b"));
        Assert.Empty(Having("src", @"ProtocolType\.(?!Tcp\b)|SocketType\.(?!Stream\b)"));
        Assert.Empty(Having("src", @"\b(TcpListener|TcpClient|UdpClient|HttpListener|HttpClient|WebApplication|WebHost|Kestrel\w*|ClientWebSocket|System\.Net\.Http)\b"));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.6.1")]
    [Trait("Requirement", "R3-1.1")]
    [Trait("Requirement", "R3-3.1")]
    [Trait("Requirement", "R1-6.1")]
    public void Sending_and_receiving_of_files_and_listings_exist_once_and_both_ends_use_them()
    {
        Assert.Equal(["src/Wirephoto.Protocol/Transfer/Duplex.cs", Sends], Having("src", @"virtual async ValueTask WriteFileAsync\(|override async ValueTask WriteFileAsync\("));
        Assert.Equal([Sends], Having("src", @"\bSendPackets(Async|Element)\b|\b(?i)sendfile(Async)?\("));
        foreach (var (operation, users) in new (string, string[])[]
        {
            (@"\.WriteFileAsync\(file,", ["Wirephoto.Server"]),
            (@"\bBodyReceiver\.ReceiveAsync\(", ["Wirephoto.Client", "Wirephoto.Server"]),
            (@"\bnew LinesWriter\(", ["Wirephoto.Server"]),
            (@"\bLinesReader\.Read\(", ["Wirephoto.Client"]),
        })
        {
            var projects = Having("src", operation).Select(path => path.Split('/')[1]).Where(project => project != "Wirephoto.Protocol");
            Assert.Equal(users, projects.Distinct());
        }
    }

    [Fact]
    [Trait("Requirement", "R0-4.2")]
    [Trait("Requirement", "R1-8.2")]
    public void Nothing_that_was_taken_in_touches_the_network()
    {
        string[] taken = ["System.CommandLine", "Spectre.Console", "Microsoft.Data.Sqlite.Core", "SQLitePCLRaw.bundle_e_sqlite3"];
        var packages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), "PackageReference Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value));

        Assert.Subset(taken.ToHashSet(), packages.ToHashSet());
    }

    // What only one system can do stands beside a way that all can (docs/decisions/storage-names-through-handles.md).
    [Fact]
    [Trait("Requirement", "R1-8.3")]
    public void What_only_one_system_can_do_stands_beside_a_portable_way()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(File.ReadAllText);
        string[] native =
        [
            "src/Wirephoto.Client/Gets/ExclusiveName.cs", "src/Wirephoto.Client/Gets/NamelessFile.cs", "src/Wirephoto.Protocol/Transfer/FileHandles.cs", Waits, Sends,
            "src/Wirephoto.Storage/Disk/Linux/Inotify.cs", "src/Wirephoto.Storage/Disk/Linux/Posix.cs", "src/Wirephoto.Storage/Disk/Portable/NativeFiles.cs",
        ];

        Assert.DoesNotContain(projects, text => text.Contains("TargetFramework", StringComparison.Ordinal) || text.Contains("RuntimeIdentifier", StringComparison.Ordinal));
        Assert.Equal(native, Having("src", @"\[LibraryImport\("));
        foreach (var chooser in new[] { native[0], native[1], native[2], Sends, Waits, "src/Wirephoto.Storage/Disk/DiskFolder.cs", "src/Wirephoto.Storage/Folder/Watching/FolderWatch.cs" })
            Assert.Contains("OperatingSystem.Is", Repository.Read(chooser), StringComparison.Ordinal);
        Assert.Empty(Having("src/Wirephoto.Storage", "new PlatformNotSupportedException"));
    }

    [Theory]
    [Trait("Requirement", "R0-4.1.1")]
    [Trait("Requirement", "R0-1.b")]
    [Trait("Requirement", "R2-6.1")]
    [InlineData("server", "launch Wirephoto.Server wirephotod")]
    [InlineData("client", "launch Wirephoto.Cli wirephoto")]
    [InlineData("test", "dotnet test Wirephoto.slnx")]
    public void The_checkout_has_a_launcher_for_each_program_and_one_for_the_tests(string launcher, string starts)
    {
        var path = Path.Combine(Repository.Root, launcher);

        Assert.Contains(starts, File.ReadAllText(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
    }

    // Files in the folder whose code, comments left out, matches.
    static IEnumerable<string> Having(string folder, string pattern) => Repository.Sources(folder)
        .Where(path => File.ReadLines(path).Any(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(line, pattern)))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);
}
