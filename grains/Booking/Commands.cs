using System.Globalization;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Grains.Booking;

/// <summary>The identity of each command: the same wherever it is carried out, so that a repetition finds the first answer.</summary>
internal static class Commands
{
    public static Command Of(JobId job, LogJob command) => Command.Of(
        command.Context,
        "Log",
        Text(job),
        command.Contract.ToString(CultureInfo.InvariantCulture),
        command.Property.ToString(CultureInfo.InvariantCulture),
        string.Join(' ', command.Lines),
        command.Description);

    public static Command Of(JobId job, ConfirmHold command) =>
        Command.Of(command.Context, "Confirm", Text(job), command.Hold.ToString(CultureInfo.InvariantCulture), command.Holder);

    public static Command Of(JobId job, ReleaseHold command) =>
        Command.Of(command.Context, "Release", Text(job), command.Hold.ToString(CultureInfo.InvariantCulture), command.Holder);

    public static Command Of(JobId job, CancelBooking command) =>
        Command.Of(command.Context, "Cancel", Text(job), command.Reason, command.CloseJob ? "close" : "keep");

    public static Command OfClaim(CommandContext context, ClaimKind kind, JobId job, DateOnly day, string window, string holder) =>
        Command.Of(context, "Claim", kind.ToString(), Text(job), day.ToString("O", CultureInfo.InvariantCulture), window, holder);

    static string Text(JobId job) => job.Value.ToString(CultureInfo.InvariantCulture);
}
