namespace OrleansScheduling.Api.Live;

public sealed partial class OpenSearches
{
    [LoggerMessage(3101, LogLevel.Warning, "An open search could not be evaluated.")]
    partial void LogEvaluationFailed(Exception failure);
}
