using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>An improvement that waits for a planner's word.</summary>
/// <param name="Id">The same for the same improvement, whoever found it.</param>
internal sealed record WaitingProposal(string Id, Instant MadeAt, Proposal Proposal);

/// <summary>Improvements that wait for a planner, and what is not to be proposed again.</summary>
internal sealed class WaitingProposals
{
    /// <summary>Most that wait: what a planner looks through; the oldest goes first.</summary>
    public const int MaxWaiting = 20;

    /// <summary>Most moves that are remembered as not wanted; past it the oldest are forgotten, and may be proposed again.</summary>
    const int MaxUnwanted = 2_000;

    readonly List<WaitingProposal> waiting = [];
    readonly Queue<(VisitId, OperativeId)> unwantedInOrder = [];
    readonly HashSet<(VisitId Visit, OperativeId To)> unwanted = [];

    public IReadOnlyList<WaitingProposal> All => waiting;

    public WaitingProposal? Find(string id) => waiting.Find(one => one.Id == id);

    public void Add(Instant now, Proposal proposal)
    {
        var id = IdOf(proposal);
        if (Find(id) is not null) return;
        waiting.Add(new WaitingProposal(id, now, proposal));
        if (waiting.Count > MaxWaiting) waiting.RemoveAt(0);
    }

    public void Remove(string id) => waiting.RemoveAll(one => one.Id == id);

    /// <summary>Another day.</summary>
    public void Clear()
    {
        waiting.Clear();
        unwanted.Clear();
        unwantedInOrder.Clear();
    }

    /// <summary>Forgets what cannot be carried out any more, has stopped paying for itself, or is not wanted.</summary>
    public void Prune(DayPlan plan) => waiting.RemoveAll(one => Outcome(plan, one.Proposal) is null || IsUnwanted(one.Proposal));

    /// <summary>Takes what waits from the board, as far as it still can be carried out on this plan.</summary>
    public void Load(DayPlan plan, IReadOnlyList<WaitingProposal> noted)
    {
        waiting.Clear();
        foreach (var one in noted)
        {
            if (Outcome(plan, one.Proposal) is { } outcome) Add(one.MadeAt, one.Proposal with { Diff = outcome.Diff });
        }

        waiting.RemoveAll(one => IsUnwanted(one.Proposal));
    }

    /// <summary>The plan with a proposal carried out, and the difference; null when it has moved on, or nothing is gained.</summary>
    public static (DayPlan Plan, PlanDiff Diff)? Outcome(DayPlan plan, Proposal proposal)
    {
        var reaction = LiveDay.On(plan, new ProposalAccepted(plan.Team.Clock.InstantAt(plan.Now), proposal));
        if (reaction.Refusal != EventRefusal.None) return null;
        var diff = PlanDiff.Between(plan, reaction.Plan);
        return diff.Moves.Count > 0 && diff.GainMinutes > 0 ? (reaction.Plan, diff) : null;
    }

    /// <summary>Follows what planners have declined or taken back.</summary>
    public void Follow(BookingEvent happened)
    {
        if (happened.Kind == EventKind.ProposalDeclined)
        {
            foreach (var move in happened.Moves) NotWanted(move.Visit, move.To);
        }
        else if (happened.Kind == EventKind.ReassignmentUndone)
        {
            // Where it came from is where it was not wanted.
            foreach (var move in happened.Moves) NotWanted(move.Visit, move.From);
        }
    }

    void NotWanted(VisitId visit, OperativeId to)
    {
        if (!unwanted.Add((visit, to))) return;
        unwantedInOrder.Enqueue((visit, to));
        if (unwantedInOrder.Count > MaxUnwanted) unwanted.Remove(unwantedInOrder.Dequeue());
    }

    /// <summary>Whether a planner has said no to a part of it today.</summary>
    public bool IsUnwanted(Proposal proposal) =>
        proposal.Diff.Moves.Any(move => move.To is { } to && unwanted.Contains((move.Visit, to.Operative)));

    static string IdOf(Proposal proposal)
    {
        var text = new StringBuilder();
        foreach (var day in proposal.Days.OrderBy(day => day.Operative.Value))
            text.Append(CultureInfo.InvariantCulture, $"{day.Operative.Value}: {string.Join(' ', day.Order)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
