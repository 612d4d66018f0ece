namespace OrleansScheduling.Api.Access.Tokens;

public sealed partial class TokenSignIn
{
    /// <summary>Never the token nor a claim of it: what a stranger wrote does not belong in a log.</summary>
    [LoggerMessage(3302, LogLevel.Information, "A token of issuer {Issuer} was refused: {Reason}.")]
    partial void LogRefused(string issuer, string reason);
}
