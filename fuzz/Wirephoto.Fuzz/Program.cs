using Wirephoto.Fuzz;

return await FuzzCommand.RunAsync(args);
