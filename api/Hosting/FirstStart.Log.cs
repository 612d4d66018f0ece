namespace OrleansScheduling.Api.Hosting;

sealed partial class FirstStart
{
    [LoggerMessage(3001, LogLevel.Information, "The demonstration was imported: {Rows} rows in {Seconds:F1} s.")]
    partial void LogImported(int rows, double seconds);

    [LoggerMessage(3002, LogLevel.Error, "The demonstration was refused with {Errors} errors; the import command shows them.")]
    partial void LogImportRefused(int errors);

    [LoggerMessage(3003, LogLevel.Error, "Importing the demonstration failed.")]
    partial void LogImportFailed(Exception failure);

    [LoggerMessage(3004, LogLevel.Warning, "The ledger is empty, and the demonstration's files were not found: set Demo:Directory.")]
    partial void LogNoDemo();

    [LoggerMessage(3006, LogLevel.Error,
        "The demonstration's roads were refused with {Errors} errors; the roads command shows them. Travel stays on the straight line.")]
    partial void LogRoadsRefused(int errors);

    [LoggerMessage(3005, LogLevel.Information, "The first start is over; ready: {Ready}.")]
    partial void LogStarted(bool ready);
}
