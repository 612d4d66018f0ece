using System.Globalization;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Jobs;

internal sealed class JobGrain(Bookings bookings, SlotClaim slotClaim, OfferTokens offers) : Grain, IJobGrain
{
    JobId Id => JobId.TryParse(this.GetPrimaryKeyString(), out var id)
        ? id
        : throw new ArgumentException($"'{this.GetPrimaryKeyString()}' is not a job reference.");

    public async Task<JobState?> Get() => (await LoadAsync(CancellationToken.None))?.ToWire();

    public async Task<CommandAnswer> Log(LogJob command, CancellationToken cancellationToken)
    {
        if (Faults(command.Context, command.Description) is { } fault) return new CommandAnswer(null, fault.ToWire());
        if (LinesOf(command.Lines) is not { } lines)
            return new CommandAnswer(null, Command.Invalid("lines", string.Join(' ', command.Lines), CodeText.Rule).ToWire());
        var identity = Commands.Of(Id, command);
        var draft = await bookings.DraftAsync(
            Id, new ContractId(command.Contract), new PropertyId(command.Property), lines, command.Description, cancellationToken);
        if (!draft.Succeeded) return await bookings.RefuseAsync(draft.Refusal, identity, cancellationToken);
        var (job, terms) = draft.Value;
        var changeset = Bookings.ChangesetOf(JobDecisions.Log(job).Value!, terms.Contract, terms.Property.Patch, DateTimeZone.Utc, [], identity, bookings.Now);
        return Bookings.Answer(await bookings.CommitAsync(changeset, cancellationToken));
    }

    public async Task<CommandAnswer> Claim(ClaimSlot command, CancellationToken cancellationToken)
    {
        if (Faults(command.Context, command.Description) is { } fault) return new CommandAnswer(null, fault.ToWire());
        if (command.Holder.Length is 0 or > Domain.Jobs.Hold.MaxHolderLength)
            return new CommandAnswer(null, Command.Invalid("holder", $"{command.Holder.Length} characters", $"1 to {Domain.Jobs.Hold.MaxHolderLength} characters").ToWire());
        var offer = offers.Decode(command.Offer, bookings.Now);
        if (!offer.Succeeded) return new CommandAnswer(null, offer.Refusal.ToWire());
        if (offer.Value.Job is { } meant && meant != Id) return Bookings.Refused(RefusalReason.OfferInvalid);
        var job = await LoadAsync(cancellationToken);
        if (job is not null && (job.Contract != offer.Value.Contract || job.Property != offer.Value.Property || !job.Lines.SequenceEqual(offer.Value.Lines)))
            return Bookings.Refused(RefusalReason.OfferInvalid);
        return await slotClaim.RunAsync(Id, job, offer.Value, command, GrainFactory, cancellationToken);
    }

    public async Task<CommandAnswer> Confirm(ConfirmHold command, CancellationToken cancellationToken)
    {
        if (Command.Faults(command.Context) is { } fault) return new CommandAnswer(null, fault.ToWire());
        if (await LoadAsync(cancellationToken) is not { } job) return Bookings.Refused(RefusalReason.JobNotFound);
        if (OnlyDiary(job) is { } operative)
        {
            var diary = GrainFactory.GetGrain<IOperativeDiaryGrain>(operative.Value.ToString(CultureInfo.InvariantCulture));
            return await diary.Confirm(job.ToWire(), command, cancellationToken);
        }

        return await TransitionAsync(
            Commands.Of(Id, command),
            current => JobDecisions.Confirm(current, new HoldId(Id, command.Hold), command.Holder, bookings.Now),
            cancellationToken);
    }

    public Task<CommandAnswer> Release(ReleaseHold command, CancellationToken cancellationToken) =>
        Command.Faults(command.Context) is { } fault
            ? Task.FromResult(new CommandAnswer(null, fault.ToWire()))
            : TransitionAsync(
                Commands.Of(Id, command),
                job => JobDecisions.Release(job, new HoldId(Id, command.Hold), command.Holder),
                cancellationToken);

    public Task<CommandAnswer> Cancel(CancelBooking command, CancellationToken cancellationToken)
    {
        var fault = Command.Faults(command.Context) ?? (command.Reason.Length > CancelBooking.MaxReasonLength
            ? Command.Invalid("reason", $"{command.Reason.Length} characters", $"at most {CancelBooking.MaxReasonLength} characters")
            : null);
        return fault is not null
            ? Task.FromResult(new CommandAnswer(null, fault.ToWire()))
            : TransitionAsync(Commands.Of(Id, command), job => JobDecisions.Cancel(job, command.Reason, command.CloseJob), cancellationToken);
    }

    public Task ExpireHold() => TransitionAsync(null, job => JobDecisions.Expire(job, bookings.Now), CancellationToken.None);

    Task<Job?> LoadAsync(CancellationToken cancellationToken) => bookings.Ledger.LoadJobAsync(Id, cancellationToken);

    /// <summary>A change of the job that claims nothing new: what it frees or settles may stand in several diaries.</summary>
    async Task<CommandAnswer> TransitionAsync(Command? command, Func<Job, Outcome<JobDecision>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            if (await LoadAsync(cancellationToken) is not { } job) return Bookings.Refused(RefusalReason.JobNotFound);
            var decided = decide(job);
            if (!decided.Succeeded)
                return command is null ? new CommandAnswer(null, decided.Refusal.ToWire()) : await bookings.RefuseAsync(decided.Refusal, command, cancellationToken);
            if (await bookings.PrepareAsync(decided.Value, command, cancellationToken) is not { } changeset) continue;
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status != CommitStatus.Stale) return Bookings.Answer(result);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <summary>The diary in which all of a job's visits stand, when it is one.</summary>
    static OperativeId? OnlyDiary(Job job)
    {
        var operatives = job.Visits.Select(visit => visit.Operative).Distinct().Take(2).ToList();
        return operatives.Count == 1 ? operatives[0] : null;
    }

    static Refusal? Faults(CommandContext context, string description) => Command.Faults(context)
        ?? (description.Length > Job.MaxDescriptionLength
            ? Command.Invalid("description", $"{description.Length} characters", $"at most {Job.MaxDescriptionLength} characters")
            : null);

    static SorCode[]? LinesOf(IReadOnlyList<string> lines) => lines.All(CodeText.IsValid) ? [.. lines.Select(line => new SorCode(line))] : null;
}
