namespace OrleansScheduling.Api.Live;

sealed partial class HubCalls
{
    [LoggerMessage(3201, LogLevel.Warning, "A live call to {Method} was refused: {Code}.")]
    partial void LogRefused(string method, string code);

    [LoggerMessage(3202, LogLevel.Error, "A live call to {Method} failed.")]
    partial void LogFailed(Exception failure, string method);
}
