using Microsoft.AspNetCore.SignalR;

namespace OrleansScheduling.Api.Live;

/// <summary>An expected "no" of the live connection; the message is for the caller.</summary>
/// <param name="code">What it is about, for the log: a word of ours, never the caller's.</param>
public sealed class LiveRefusal(string code, string message) : HubException(message)
{
    public string Code { get; } = code;
}
