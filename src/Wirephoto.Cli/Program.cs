using Wirephoto.Cli;
using Wirephoto.Cli.Reports;

return await App.RunAsync(args, Screen.OfProcess(), Environment.GetEnvironmentVariable);
