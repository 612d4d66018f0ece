namespace OrleansScheduling.Api.Pages;

public sealed partial class SignInModel
{
    [LoggerMessage(3311, LogLevel.Information, "{Subject} signed in.")]
    partial void LogSignedIn(string subject);
}
