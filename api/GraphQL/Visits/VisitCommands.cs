using Microsoft.EntityFrameworkCore;
using Orleans;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.GraphQL.Visits;

/// <summary>
/// Sends what is told of visits to their jobs' grains, and reassignments to the plan of the caller's own organisation. A visit that the
/// caller does not see is refused in the words for one that is not there.
/// </summary>
public sealed class VisitCommands(
    Records records, GlobalIds ids, FeedCursors cursors, IGrainFactory grains, CallerPatience patience)
{
    internal bool May(RecordKind kind) => records.May(AccessAction.Change, kind);

    /// <summary>Job 0 has no visits: what is not an id of ours is an id of nothing.</summary>
    internal (long Job, int Number) KeyOf(string visit) =>
        ids.TryDecode(visit, out var key) && key.Kind == NodeKind.Visit ? (key.Id, key.Number) : (0, 0);

    internal async Task<CommandAnswer> ReportAsync(
        ICommandInput input, string visit, VisitReportKind kind, DateTimeOffset? at, int minutes, string reason,
        CancellationToken cancellationToken)
    {
        var (job, number) = KeyOf(visit);
        // A visit that was finished without access is not there any more, and its command may still be repeated.
        var isSeen = await records.AskAsync(
            RecordKind.Appointment, (context, stop) => context.Jobs.AnyAsync(row => row.Id == job, stop), cancellationToken);
        if (!isSeen) return Refused(RefusalReason.VisitNotFound);
        var command = new ReportVisit(Context(input), (int)kind, number, at, minutes, reason);
        return await patience.WaitAsync(grains.GetGrain<IJobGrain>(new JobId(job).ToString()).Report(command, cancellationToken));
    }

    internal Task<CommandAnswer> ReassignAsync(ReassignVisitsInput input, CancellationToken cancellationToken)
    {
        VisitWish[] moves =
        [
            .. input.Moves.Select(move => (Visit: KeyOf(move.Visit), Move: move)).Select(one => new VisitWish(
                one.Visit.Job, one.Visit.Number, ids.DecodeSmall(NodeKind.Operative, one.Move.Operative), one.Move.Starts)),
        ];
        PlannedOn[] plannedOn =
        [
            .. (input.PlannedOn ?? []).Select(diary => new PlannedOn(ids.DecodeSmall(NodeKind.Operative, diary.Operative), diary.Version)),
        ];
        return patience.WaitAsync(Plan.Reassign(new ReassignVisits(Context(input), moves, plannedOn), cancellationToken));
    }

    internal async Task<CommandAnswer> UndoAsync(UndoReassignmentInput input, CancellationToken cancellationToken) =>
        cursors.TryDecode(input.Sequence, out var position)
            ? await patience.WaitAsync(Plan.Undo(new UndoReassignment(Context(input), position), cancellationToken))
            : Refused(RefusalReason.ReassignmentNotFound);

    IPlanGrain Plan => grains.GetGrain<IPlanGrain>(records.Principal.Organisation.ToString());

    CommandContext Context(ICommandInput input) => new(input.IdempotencyKey, records.Asker, records.Principal.Subject);

    static CommandAnswer Refused(RefusalReason reason) => new(null, new RefusalState(reason.ToString(), Refusal.Of(reason).Text));
}
