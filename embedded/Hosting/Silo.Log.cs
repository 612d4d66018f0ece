using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>What the host of grains says. Ids 7100 to 7199 are the engine's.</summary>
internal sealed partial class SiloLog(ILogger logger)
{
    [LoggerMessage(7101, LogLevel.Information, "Grains are served: {Classes} grain classes were found")]
    public partial void Started(int classes);

    [LoggerMessage(7102, LogLevel.Information, "No more grain calls are taken; {Activations} activations end")]
    public partial void Stopping(int activations);

    [LoggerMessage(7103, LogLevel.Information, "All activations have ended")]
    public partial void Stopped();

    [LoggerMessage(7104, LogLevel.Warning, "Stopped with {Activations} activations still at work: the time to stop, {Bound}, is over")]
    public partial void StoppedEarly(int activations, TimeSpan bound);

    [LoggerMessage(7110, LogLevel.Error, "{GrainId} could not be activated")]
    public partial void ActivationFailed(Exception exception, GrainId grainId);

    [LoggerMessage(7111, LogLevel.Error, "{GrainId} did not deactivate cleanly (reason {Reason}); its activation has ended all the same")]
    public partial void DeactivationFailed(Exception exception, GrainId grainId, DeactivationReasonCode reason);

    [LoggerMessage(7112, LogLevel.Error, "Something that the activation of {GrainId} owned failed when it was released")]
    public partial void ReleaseFailed(Exception exception, GrainId grainId);

    [LoggerMessage(7113, LogLevel.Debug, "{Collected} idle activations are ended")]
    public partial void CollectedIdle(int collected);

    [LoggerMessage(7114, LogLevel.Warning, "{Shed} of the least recently used activations are ended: more than {Limit} were active")]
    public partial void ShedActivations(int shed, int limit);

    [LoggerMessage(7120, LogLevel.Warning, "The mailbox of {GrainId} is long: {Length} calls wait (soft limit {Limit})")]
    public partial void MailboxIsLong(GrainId grainId, int length, int limit);

    [LoggerMessage(7121, LogLevel.Error, "A timer's callback of {GrainId} failed; the timer goes on")]
    public partial void TimerFailed(Exception exception, GrainId grainId);

    [LoggerMessage(7130, LogLevel.Error, "The reminder {Reminder} of {GrainId} was not received; it comes again when it is due next")]
    public partial void ReminderFailed(Exception exception, GrainId grainId, string reminder);

    [LoggerMessage(7131, LogLevel.Error, "The reminder table could not be read; the reminders known so far go on")]
    public partial void ReminderTableUnreadable(Exception exception);
}
