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

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var isNumber = int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        contractor = new OrganisationId(isNumber ? number : 0);
        live = plans.Of(contractor);
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
        CarryOutAsync("Accept", FaultOf(command), () => live!.AcceptAsync(command, cancellationToken));

    public Task<CommandAnswer> Decline(AnswerProposal command, CancellationToken cancellationToken) =>
        CarryOutAsync("Decline", FaultOf(command), () => live!.DeclineAsync(command, cancellationToken));

    static Refusal? FaultOf(AnswerProposal command) => Command.Faults(command.Context)
        ?? Command.TextFault("proposal", command.Proposal, 1, AnswerProposal.MaxProposalLength);

    public Task Improve() => live!.HasDuty ? live.ImproveAsync(CancellationToken.None) : Task.CompletedTask;

    public Task Follow() => live!.FollowAsync(CancellationToken.None);

    public async Task<DayPlanState?> Today(Asker asker) =>
        await IsThereForAsync(asker) ? live!.ViewFor(asker.ToDomain()) : null;

    public async Task<PlannerAnswerState?> WhyNotOperative(Asker asker, VisitKey visit, int operative) =>
        asker.Contracts is null && await IsThereForAsync(asker) ? live!.WhyNotOperative(visit, new OperativeId(operative)) : null;

    public async Task<PlannerAnswerState?> WhyNotWindow(Asker asker, VisitKey visit, DateTimeOffset starts, DateTimeOffset ends) =>
        asker.Contracts is null && await IsThereForAsync(asker) ? live!.WhyNotWindow(visit, starts, ends) : null;

    public async Task<DayComparisonState?> Score(Asker asker, IReadOnlyList<HandMadeDay> days) =>
        asker.Contracts is null && await IsThereForAsync(asker) ? live!.Score(days) : null;

    /// <summary>
    /// Whether the asker is of the contractor's office; then the plan is made if it was not yet, and followed where nobody else wakes it.
    /// </summary>
    async ValueTask<bool> IsThereForAsync(Asker asker)
    {
        if (asker.Organisation != contractor.Value || asker.OwnOnly) return false;
        if (live!.Plan is null || !live.HasDuty) await live.FollowAsync(CancellationToken.None);
        return live.Plan is not null;
    }

    Task<CommandAnswer> CarryOutAsync(string name, Refusal? fault, Func<Task<CommandAnswer>> carryOut) =>
        telemetry.MeasureAsync(name, () => fault is null ? carryOut() : Task.FromResult(Bookings.Refused(fault)));
}
