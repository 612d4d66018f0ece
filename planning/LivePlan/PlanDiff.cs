using System.Globalization;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>A place in somebody's day.</summary>
/// <param name="Position">0 for the first of what lies open.</param>
/// <param name="Start">Second of the day at which work is expected to start.</param>
public readonly record struct PlanSpot(OperativeId Operative, int Position, int Start);

/// <summary>A visit that changes places.</summary>
/// <param name="From">Null: nobody had it.</param>
/// <param name="To">Null: nobody has it any more.</param>
public sealed record PlanMove(VisitId Visit, PlanSpot? From, PlanSpot? To, string Text);

/// <summary>What is different between two plans of a day, and what is gained by it.</summary>
/// <param name="Moves">Visits that change hands, or their turn in a day: as few as explain the difference.</param>
/// <param name="Retimed">Visits that stay where they are and are expected a minute or more sooner or later.</param>
/// <param name="GainMinutes">Minutes of travel saved.</param>
/// <param name="GainMetres">Road metres saved.</param>
/// <param name="GainRiskMinutes">By how much <see cref="DayPlan.RiskMinutes"/> falls.</param>
public sealed record PlanDiff(
    IReadOnlyList<PlanMove> Moves,
    IReadOnlyList<PlanMove> Retimed,
    double GainMinutes,
    double GainMetres,
    double GainRiskMinutes)
{
    public static readonly PlanDiff Empty = new([], [], 0, 0, 0);

    public bool IsEmpty => Moves.Count == 0 && Retimed.Count == 0;

    /// <summary>For a planner to read.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Moves.Count} visits change places: {GainMinutes:+0.0;-0.0;0} min and {GainMetres / 1000:+0.0;-0.0;0} km of travel saved, "
        + $"risk {-GainRiskMinutes:+0;-0;0} min.");

    /// <summary>What leads from one plan to another of the same team.</summary>
    public static PlanDiff Between(DayPlan before, DayPlan after)
    {
        var (metres, risk) = (0.0, 0.0);
        var old = new Dictionary<VisitId, PlanSpot>();
        var fresh = new Dictionary<VisitId, PlanSpot>();
        var inTurn = new HashSet<VisitId>();
        for (var member = 0; member < before.Lines.Length; member++)
        {
            var (was, now) = (before.Lines[member], after.Lines[member]);
            if (ReferenceEquals(was, now)) continue;
            metres += was.Metres(before.Team, member) - now.Metres(after.Team, member);
            risk += before.RiskOf(was) - after.RiskOf(now);
            var id = before.Team.Members[member].Id;
            for (var i = 0; i < was.Stops.Length; i++) old[was.Stops[i].Visit] = new PlanSpot(id, i, was.Stops[i].Start);
            for (var i = 0; i < now.Stops.Length; i++) fresh[now.Stops[i].Visit] = new PlanSpot(id, i, now.Stops[i].Start);
            inTurn.UnionWith(KeptInTurn([.. was.Stops.Select(stop => stop.Visit)], [.. now.Stops.Select(stop => stop.Visit)]));
        }

        var (moves, retimed) = (new List<PlanMove>(), new List<PlanMove>());
        foreach (var visit in old.Keys.Union(fresh.Keys).Order(DayPlan.InOrder))
        {
            PlanSpot? from = old.TryGetValue(visit, out var oldSpot) ? oldSpot : null;
            PlanSpot? to = fresh.TryGetValue(visit, out var freshSpot) ? freshSpot : null;
            // What is under way, or was cancelled, has left the open part of the day and moved nowhere.
            if (to is null && (!after.Visits.ContainsKey(visit) || after.LineOf.ContainsKey(visit))) continue;
            if (!inTurn.Contains(visit)) moves.Add(new PlanMove(visit, from, to, TextOf(before, visit, from, to)));
            else if (Math.Abs(from!.Value.Start - to!.Value.Start) >= DayRules.MinuteSeconds)
                retimed.Add(new PlanMove(visit, from, to, TextOf(before, visit, from, to)));
        }

        return new PlanDiff(moves, retimed, before.Team.MinutesOf(metres), metres, risk);
    }

    /// <summary>The longest sequence of visits that both orders have in the same turn.</summary>
    static IEnumerable<VisitId> KeptInTurn(VisitId[] before, VisitId[] after)
    {
        var longest = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                longest[i, j] = before[i] == after[j]
                    ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < before.Length && j < after.Length;)
        {
            if (before[i] == after[j])
            {
                yield return before[i];
                (i, j) = (i + 1, j + 1);
            }
            else if (longest[i + 1, j] >= longest[i, j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    static string TextOf(DayPlan plan, VisitId visit, PlanSpot? from, PlanSpot? to)
    {
        string At(PlanSpot? spot) => spot is { } known
            ? $"{DayText.Name(plan, known.Operative)} {DayText.Time(plan.Team, known.Start)}" : "nobody";
        return $"{visit}: {At(from)} → {At(to)}";
    }
}

/// <summary>Names and times for a planner to read.</summary>
static class DayText
{
    public static string Name(DayPlan plan, OperativeId operative) => plan.Team.Members[plan.Team.IndexOf(operative)].Operative.Name;

    public static string Time(DayTeam team, int second) =>
        team.Clock.TimeAt(second).ToString("HH:mm", CultureInfo.InvariantCulture);
}
