using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Hosting;

// Each connection and each image on its way takes one.
FileHandles.AllowAll();

return await ServerProgram.RunAsync(args);
