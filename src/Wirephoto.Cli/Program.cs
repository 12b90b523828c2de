using Wirephoto.Cli;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Transfer;

// Each file on its way takes one, and over a long line there are hundreds.
FileHandles.AllowAll();

return await App.RunAsync(args, Screen.OfProcess(), Environment.GetEnvironmentVariable);
