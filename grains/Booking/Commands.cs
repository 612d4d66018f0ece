using System.Globalization;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Offers;

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

    public static Command Of(JobId job, ReportVisit command) => Command.Of(
        command.Context,
        "Report",
        Text(job),
        Text(command.Kind),
        Text(command.Visit),
        Text(command.At),
        Text(command.MinutesLonger),
        command.Reason);

    public static Command Of(JobId job, AttendEmergency command) =>
        Command.Of(command.Context, "Attend", Text(job), command.Holder);

    public static Command Of(OrganisationId contractor, ReassignVisits command) => Command.Of(
        command.Context,
        "Reassign",
        contractor.ToString(),
        string.Join(' ', command.Moves.Select(move => $"{Text(move.Job)}/{Text(move.Number)}>{Text(move.Operative)}@{Text(move.Start)}")),
        string.Join(' ', command.PlannedOn.Select(diary => $"{Text(diary.Operative)}={Text(diary.Version)}")));

    public static Command Of(OrganisationId contractor, TellOfDay command) => Command.Of(
        command.Context, "Tell", contractor.ToString(), Text(command.Operative), Text(command.Kind), Text(command.From),
        Text(command.Until));

    public static Command Of(OrganisationId contractor, string name, AnswerProposal command) =>
        Command.Of(command.Context, name, contractor.ToString(), command.Proposal);

    public static Command Of(OrganisationId contractor, UndoReassignment command) =>
        Command.Of(command.Context, "Undo", contractor.ToString(), Text(command.Position));

    /// <summary>The offer's token is not part of it: a search made again answers another token for the same window.</summary>
    public static Command OfClaim(JobId job, Offer offer, ClaimSlot command) => OfClaim(
        command.Context, command.Kind, job.Value, offer.Contract.Value, offer.Property.Value, string.Join(' ', offer.Lines),
            offer.Day.ToDateOnly(),
        offer.Window.Value, command.Holder, command.Description);

    public static Command OfClaim(ClaimVisit claim) => OfClaim(
        claim.Context, claim.Kind, claim.Job.Id, claim.Job.Contract, claim.Job.Property, string.Join(' ', claim.Job.Lines), claim.Day,
            claim.Window,
        claim.Holder, claim.Description);

    static Command OfClaim(
        CommandContext context, ClaimKind kind, long job, int contract, int property, string lines, DateOnly day, string window,
            string holder,
        string description) => Command.Of(
        context,
        "Claim",
        kind.ToString(),
        job.ToString(CultureInfo.InvariantCulture),
        contract.ToString(CultureInfo.InvariantCulture),
        property.ToString(CultureInfo.InvariantCulture),
        lines,
        day.ToString("O", CultureInfo.InvariantCulture),
        window,
        holder,
        description);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Text(DateTimeOffset? at) => at?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) ?? "";

    static string Text(JobId job) => job.Value.ToString(CultureInfo.InvariantCulture);
}
