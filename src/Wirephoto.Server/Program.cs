using Wirephoto.Server.Hosting;

return await ServerProgram.RunAsync(args);
