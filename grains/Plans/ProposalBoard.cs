using System.Text.Json;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>
/// The proposals of one contractor's working day, where every process finds them: the one that has the duty writes, the others read. What
/// is gained is not written; it is reckoned anew, on the plan as the reader has it.
/// </summary>
internal sealed class ProposalBoard(IStateStore store, OrganisationId contractor, PlannedDay which)
{
    /// <summary>Of the rows in the state store.</summary>
    const string StateType = "plan-proposals";

    sealed record Sheet(string Day, IReadOnlyList<Note> Notes);

    sealed record Note(long MadeAtTicks, long Version, IReadOnlyList<NotedDay> Days);

    sealed record NotedDay(int Operative, IReadOnlyList<NotedVisit> Order);

    sealed record NotedVisit(long Job, int Number);

    readonly string row = which == PlannedDay.Overnight ? $"{contractor}/overnight" : contractor.ToString();
    long? etag;

    /// <returns>What waits, without what it would change; nothing of another day.</returns>
    public async Task<IReadOnlyList<WaitingProposal>> ReadAsync(LocalDate day, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(StateType, row, cancellationToken);
        etag = read?.Etag;
        if (read is null || JsonSerializer.Deserialize<Sheet>(read.Data) is not { } sheet || sheet.Day != Text(day)) return [];
        return [.. sheet.Notes.Select(note => new WaitingProposal("", Instant.FromUnixTimeTicks(note.MadeAtTicks), new Proposal(
            note.Version,
            [.. note.Days.Select(one => new ProposedDay(
                new OperativeId(one.Operative),
                [.. one.Order.Select(visit => new VisitId(new JobId(visit.Job), visit.Number))]))],
            PlanDiff.Empty)))];
    }

    /// <returns>False when somebody else wrote first: it is to be read, and written again.</returns>
    public async Task<bool> WriteAsync(LocalDate day, IEnumerable<WaitingProposal> waiting, CancellationToken cancellationToken)
    {
        var sheet = new Sheet(Text(day), [.. waiting.Select(one => new Note(
            one.MadeAt.ToUnixTimeTicks(), one.Proposal.Version,
            [.. one.Proposal.Days.Select(of => new NotedDay(
                of.Operative.Value, [.. of.Order.Select(visit => new NotedVisit(visit.Job.Value, visit.Number))]))]))]);
        var written = await store.WriteAsync(
            StateType, row, JsonSerializer.SerializeToUtf8Bytes(sheet), etag, cancellationToken);
        if (written is null) etag = (await store.ReadAsync(StateType, row, cancellationToken))?.Etag;
        else etag = written;
        return written is not null;
    }

    static string Text(LocalDate day) => $"{day:uuuu-MM-dd}";
}
