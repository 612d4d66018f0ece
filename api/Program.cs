using OrleansScheduling.Api.Commands;

return await DeskCommand.RunAsync(args);
