namespace OrleansScheduling.Api.Desk;

sealed partial class RepairUse
{
    [LoggerMessage(3201, LogLevel.Warning, "Counting how often repairs are booked has stopped.")]
    partial void LogStopped(Exception failure);
}
