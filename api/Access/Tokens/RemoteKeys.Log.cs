namespace OrleansScheduling.Api.Access.Tokens;

public sealed partial class RemoteKeys
{
    [LoggerMessage(3301, LogLevel.Warning, "The keys of issuer {Issuer} could not be read; the ones that are known go on being used.")]
    partial void LogNotRead(string issuer, Exception failure);
}
