namespace OrleansScheduling.Api.Hosting;

sealed partial class FeedWatch
{
    [LoggerMessage(1201, LogLevel.Warning,
        "The change feed is {Seconds} s behind: {Reason} ({Holder}). Live pages stand still until it is over.")]
    partial void LogBehind(long seconds, string? reason, string? holder);

    [LoggerMessage(1202, LogLevel.Information, "The change feed is up to date again.")]
    partial void LogCaughtUp();

    [LoggerMessage(1203, LogLevel.Debug, "How far the change feed is behind could not be read; trying again.")]
    partial void LogLookFailed(Exception failure);
}
