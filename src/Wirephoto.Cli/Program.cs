using Wirephoto.Cli;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Transfer;

// Each file on its way takes one, and over a long line there are hundreds.
FileHandles.AllowAll();

// What a socket brings is worked on by the thread that waits for it: this program has no more connections than jobs, and a change of threads for each
// image costs as much as the image. There is no other switch for it; the runtime reads it when the first socket is used.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await App.RunAsync(args, Screen.OfProcess(), Environment.GetEnvironmentVariable);
