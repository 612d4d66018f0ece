using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Improvements: looked for in the background, one neighbourhood a time; carried out, or shown to a planner first.</summary>
internal sealed partial class LivePlan
{
    /// <summary>Changes that one search tries: a fraction of a second of one core at a full neighbourhood.</summary>
    const int MovesOfSearch = 2_000;

    /// <summary>The plan is good already: a search begins cool.</summary>
    const double Heat = 0.1;

    readonly WaitingProposals waiting = new();

    /// <summary>Members whose days have changed since they were last searched, the first to change first; each once.</summary>
    readonly List<int> toSearch = [];
    int turn;

    /// <summary>What stands on the board.</summary>
    string noted = "";

    /// <summary>Found, and not looked at yet; as many as can wait.</summary>
    readonly Queue<Proposal> found = [];

    /// <summary>
    /// Searches around one operative. Nothing waits for it: the plan is immutable, and what is found is looked at by the next turn that
    /// follows the feed.
    /// </summary>
    public async Task ImproveAsync(CancellationToken cancellationToken)
    {
        if (plan is not { } before || isOutdated || found.Count >= WaitingProposals.MaxWaiting) return;
        var around = Next();
        var limits = new SearchLimits(Moves: MovesOfSearch, Seed: (ulong)++turn) { Heat = Heat };
        // Beside the turn's own thread: a search is all arithmetic.
        if (await Task.Run(() => DayImprover.Improve(before, around, limits, cancellationToken), cancellationToken) is { } proposal)
            found.Enqueue(proposal);
    }

    /// <summary>Carries out what was found, or has a planner asked.</summary>
    async Task TakeFoundAsync(CancellationToken cancellationToken)
    {
        waiting.Prune(plan!);
        while (found.TryDequeue(out var proposal))
        {
            if (waiting.IsUnwanted(proposal) || WaitingProposals.Outcome(plan!, proposal) is not { } outcome) continue;
            if (Asks(outcome.Diff))
            {
                waiting.Add(bookings.Now, proposal);
                continue;
            }

            var gained = new EngineLog();
            gained.Gain(outcome.Diff, "The plan was improved.");
            await CommitAsync(outcome.Plan, BookingEvent.Engine, null, gained, cancellationToken);
        }

        var now = IdsOfWaiting();
        if (now != noted && await board.WriteAsync(book!.Clock.Day, waiting.All, cancellationToken)) noted = now;
    }

    /// <summary>Whether an improvement of this day waits for a planner's word.</summary>
    public bool Proposes(string proposal) => waiting.Find(proposal) is not null;

    string IdsOfWaiting() => string.Join(' ', waiting.All.Select(one => one.Id));

    int Next()
    {
        toSearch.RemoveAll(member => member >= plan!.Lines.Length);
        if (toSearch.Count == 0) return turn % plan!.Lines.Length;
        var next = toSearch[0];
        toSearch.RemoveAt(0);
        return next;
    }

    void HasChanged(OperativeId operative)
    {
        var member = plan!.Team.IndexOf(operative);
        if (member >= 0 && !toSearch.Contains(member)) toSearch.Add(member);
    }

    /// <summary>Whether a contract of any visit that is moved, or gets another time, wants a planner to be asked.</summary>
    bool Asks(PlanDiff diff) => diff.Moves.Concat(diff.Retimed).Any(move =>
        !plan!.Visits.TryGetValue(move.Visit, out var visit) || !registry.Current.Contracts.TryGetValue(visit.Contract, out var contract)
        || contract.Rules.Improvements != ImprovementsToldOf.AfterTheFact);

    /// <summary>Commits all that another plan has otherwise than the record in one changeset; only then it is the plan.</summary>
    async Task<(CommitResult? Result, Changeset? Changeset)> CommitAsync(
        DayPlan other, string actor, CommandKey? key, EngineLog gained, CancellationToken cancellationToken)
    {
        if (Index is not { } index) return (null, null);
        var groups = new Rearranging(other, book!, read, index).All();
        var whole = new Rearrangement(
            [.. groups.SelectMany(group => group.Changes)], [.. groups.SelectMany(group => group.Moves)],
            groups.Any(group => group.IsForecast));
        // An improvement keeps every promise; what would not is none.
        if (whole.Changes.Count is 0 or > Changeset.MaxDiaries || whole.IsForecast) return (null, null);
        var changeset = ChangesetOf(whole, actor, key ?? KeyOf(whole), gained.NoteOf(whole));
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed)
        {
            plan = other;
            foreach (var change in whole.Changes) book!.Follow(change);
            lookedAt = null;
            done.Follow(result.Entry!, book!.Clock);
        }
        else
        {
            await LoadAsync([.. whole.Changes.Select(change => change.Operative)], cancellationToken);
            lookedAt = null;
        }

        return (result, changeset);
    }

    /// <summary>Carries out what a planner has said yes to.</summary>
    public async Task<CommandAnswer> AcceptAsync(AnswerProposal command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(contractor, "Accept", command);
        if (await bookings.Ledger.FindByKeyAsync(identity.Key.Key, cancellationToken) is not null)
            return await bookings.RefuseAsync(RefusalReason.ProposalGone, identity, cancellationToken);
        await FollowAsync(cancellationToken);
        if (plan is null || !IsOwn(command) || waiting.Find(command.Proposal) is not { } chosen
            || WaitingProposals.Outcome(plan, chosen.Proposal) is not { } outcome)
            return await bookings.RefuseAsync(RefusalReason.ProposalGone, identity, cancellationToken);
        var gained = new EngineLog();
        gained.Gain(outcome.Diff, "A proposal was accepted.");
        var (result, changeset) = await CommitAsync(outcome.Plan, command.Context.Actor, identity.Key, gained, cancellationToken);
        if (result is not { } ended || ended.Status == CommitStatus.Stale)
            return await bookings.RefuseAsync(RefusalReason.ProposalGone, identity, cancellationToken);
        if (ended.Status == CommitStatus.Committed) waiting.Remove(command.Proposal);
        return Bookings.Answer(changeset!, ended);
    }

    /// <summary>Whoever sees a part only cannot judge the whole.</summary>
    bool IsOwn(AnswerProposal command) =>
        command.Context.Asker is { OwnOnly: false, Contracts: null } asker && asker.Organisation == contractor.Value;

    /// <summary>Records that a planner wants nothing of it.</summary>
    public async Task<CommandAnswer> DeclineAsync(AnswerProposal command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(contractor, "Decline", command);
        if (!HasDuty) await FollowAsync(cancellationToken);
        if (plan is null || !IsOwn(command) || waiting.Find(command.Proposal) is not { } chosen)
            return await bookings.RefuseAsync(RefusalReason.ProposalGone, identity, cancellationToken);
        var happened = new BookingEvent(
            EventKind.ProposalDeclined, bookings.Now, default, contractor, default, null, 0, command.Context.Actor, null, null,
            chosen.Proposal.Diff.Text, [], [])
        {
            Moves = [.. MovesOf(chosen.Proposal.Diff)],
        };
        var changeset = new Changeset(happened, [], identity.Key);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed)
        {
            waiting.Follow(happened);
            waiting.Remove(command.Proposal);
        }

        return Bookings.Answer(changeset, result);
    }

    IEnumerable<VisitMove> MovesOf(PlanDiff diff)
    {
        foreach (var move in diff.Moves)
        {
            if (move is { From: { } from, To: { } to })
                yield return new VisitMove(move.Visit, from.Operative, AtOf(from), to.Operative, AtOf(to));
        }
    }

    Instant AtOf(PlanSpot spot) => book!.Clock.InstantAt(spot.Start);
}
