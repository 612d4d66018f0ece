using System.Globalization;
using Orleans;
using Orleans.Concurrency;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Wire;

namespace OrleansScheduling.Grains.Plans;

/// <summary>
/// Each process has its own: its duties, its index and its board are the process's, and whoever wakes a plan for a duty means the plan
/// here.
/// </summary>
[StatelessWorker(1)]
internal sealed class PlanGrain(
    Reassignment reassignment, DayTellings tellings, LivePlanFactory plans, BookingTelemetry telemetry) : Grain, IPlanGrain
{
    /// <summary>0 is nobody: a key that is not a number names no contractor.</summary>
    OrganisationId contractor;

    LivePlan? live;
    LivePlan? overnight;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var isNumber = int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        contractor = new OrganisationId(isNumber ? number : 0);
        live = plans.Of(contractor, PlannedDay.Today);
        overnight = plans.Of(contractor, PlannedDay.Overnight);
        return Task.CompletedTask;
    }

    public Task<CommandAnswer> Reassign(ReassignVisits command, CancellationToken cancellationToken) => CarryOutAsync(
        "Reassign", Command.Faults(command.Context) ?? Reassignment.FaultOf(command),
        () => reassignment.RunAsync(contractor, command, cancellationToken));

    public Task<CommandAnswer> Undo(UndoReassignment command, CancellationToken cancellationToken) => CarryOutAsync(
        "Undo", Command.Faults(command.Context), () => reassignment.UndoAsync(contractor, command, cancellationToken));

    public Task<CommandAnswer> Tell(TellOfDay command, CancellationToken cancellationToken) => CarryOutAsync(
        DayTellings.NameOf(command), Command.Faults(command.Context) ?? DayTellings.FaultOf(command),
        () => tellings.RunAsync(contractor, command, cancellationToken));

    public Task<CommandAnswer> Accept(AnswerProposal command, CancellationToken cancellationToken) =>
        CarryOutAsync(
            "Accept", FaultOf(command), async () => await (await ProposingAsync(command)).AcceptAsync(command, cancellationToken));

    public Task<CommandAnswer> Decline(AnswerProposal command, CancellationToken cancellationToken) =>
        CarryOutAsync(
            "Decline", FaultOf(command), async () => await (await ProposingAsync(command)).DeclineAsync(command, cancellationToken));

    /// <summary>The plan that a proposal is of, whichever process has shown it.</summary>
    async Task<LivePlan> ProposingAsync(AnswerProposal command)
    {
        if (overnight!.Plan is null || !overnight.HasDuty) await overnight.FollowAsync(CancellationToken.None);
        return overnight.Proposes(command.Proposal) ? overnight : live!;
    }

    static Refusal? FaultOf(AnswerProposal command) => Command.Faults(command.Context)
        ?? Command.TextFault("proposal", command.Proposal, 1, AnswerProposal.MaxProposalLength);

    public Task<CommandAnswer> Attend(AttendEmergency command, CancellationToken cancellationToken) => CarryOutAsync(
        "Attend",
        Command.Faults(command.Context) ?? Command.HolderFault(command.Holder)
            ?? (command.Job is < 0 or > JobId.MaxValue ? Command.Invalid("job", "a number", "the number of a job") : null),
        () => AttendAsync(command, cancellationToken));

    /// <summary>Where nobody can, planners are asked.</summary>
    async Task<CommandAnswer> AttendAsync(AttendEmergency command, CancellationToken cancellationToken)
    {
        var answer = await FindSomebodyAsync(command, cancellationToken);
        if (answer.Refusal is { } refusal && LivePlan.IsForPlanners(refusal.Reason))
            await live!.AskPlannersAsync(new JobId(command.Job), cancellationToken);
        return answer;
    }

    /// <summary>At night first by those whose shift goes on.</summary>
    async Task<CommandAnswer> FindSomebodyAsync(AttendEmergency command, CancellationToken cancellationToken)
    {
        await overnight!.FollowAsync(cancellationToken);
        if (overnight.Plan is null) return await live!.AttendAsync(command, cancellationToken);
        var answer = await overnight.AttendAsync(command, cancellationToken);
        return answer.Refusal?.Reason is nameof(RefusalReason.NobodyInTime) or nameof(RefusalReason.NobodyWorking)
            or nameof(RefusalReason.ContractNotInForce) or nameof(RefusalReason.Busy)
            ? await live!.AttendAsync(command, cancellationToken) : answer;
    }

    public async Task Improve()
    {
        if (!live!.HasDuty) return;
        await live.ImproveAsync(CancellationToken.None);
        await overnight!.ImproveAsync(CancellationToken.None);
    }

    public async Task Follow()
    {
        try
        {
            await overnight!.FollowAsync(CancellationToken.None);
        }
        finally
        {
            // A night that cannot be read keeps nobody from today's plan.
            await live!.FollowAsync(CancellationToken.None);
        }
    }

    public async Task<DayPlanState?> Today(Asker asker) =>
        await IsThereForAsync(asker, live!) ? await live!.ViewForAsync(asker.ToDomain(), CancellationToken.None) : null;

    public async Task<DayPlanState?> Overnight(Asker asker) =>
        await IsThereForAsync(asker, overnight!) ? await overnight!.ViewForAsync(asker.ToDomain(), CancellationToken.None) : null;

    public async Task<PlannerAnswerState?> WhyNotOperative(Asker asker, VisitKey visit, int operative) =>
        await OfAsync(asker, plan => plan.Has(visit)) is { } plan ? plan.WhyNotOperative(visit, new OperativeId(operative)) : null;

    public async Task<PlannerAnswerState?> WhyNotWindow(Asker asker, VisitKey visit, DateTimeOffset starts, DateTimeOffset ends) =>
        await OfAsync(asker, plan => plan.Has(visit)) is { } plan ? plan.WhyNotWindow(visit, starts, ends) : null;

    public async Task<DayComparisonState?> Score(Asker asker, IReadOnlyList<HandMadeDay> days) =>
        await OfAsync(asker, plan => days.SelectMany(day => day.Visits).Any(plan.Has)) is { } plan ? plan.Score(days) : null;

    /// <summary>The plan that somebody who sees all of it asks about: the night's where it has what is meant, otherwise today's.</summary>
    async ValueTask<LivePlan?> OfAsync(Asker asker, Func<LivePlan, bool> isMeant)
    {
        if (asker.Contracts is not null) return null;
        if (await IsThereForAsync(asker, overnight!) && isMeant(overnight!)) return overnight;
        return await IsThereForAsync(asker, live!) ? live : null;
    }

    /// <summary>
    /// Whether the asker is of the contractor's office; then the plan is made if it was not yet, and followed where nobody else wakes it.
    /// </summary>
    async ValueTask<bool> IsThereForAsync(Asker asker, LivePlan plan)
    {
        if (asker.Organisation != contractor.Value || asker.OwnOnly) return false;
        if (plan.Plan is null || !plan.HasDuty) await plan.FollowAsync(CancellationToken.None);
        return plan.Plan is not null;
    }

    Task<CommandAnswer> CarryOutAsync(string name, Refusal? fault, Func<Task<CommandAnswer>> carryOut) =>
        telemetry.MeasureAsync(name, () => fault is null ? carryOut() : Task.FromResult(Bookings.Refused(fault)));
}
