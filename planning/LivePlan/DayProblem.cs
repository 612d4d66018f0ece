using System.Collections.Immutable;
using System.Globalization;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>
/// What lies open in some operatives' days as a problem for the solver, and a plan of the solver's as a proposal. A minute of travel
/// costs 1.
/// </summary>
public sealed class DayProblem
{
    /// <summary>Diaries plan whole minutes.</summary>
    const int WholeSeconds = 60;

    readonly DayPlan plan;
    readonly List<int> members = [];
    readonly List<OperativeLine> lines = [];
    readonly List<int> heads = [];
    readonly List<VisitId> visits = [];
    readonly Dictionary<string, int> skills = new(StringComparer.Ordinal);
    readonly List<GroundPoint> places = [];

    DayProblem(DayPlan plan, IEnumerable<int> asked, int frozenMinutes, bool isJudged)
    {
        this.plan = plan;
        var days = new List<OperativeDay>();
        var planVisits = new List<PlanVisit>();
        var steps = new List<IReadOnlyList<PlannedStep>>();
        foreach (var member in asked)
        {
            if (plan.Lines[member].IsLocked && !isJudged) continue;
            if (plan.Lines[member].With(plan.Team, member, plan.Lines[member].Stops, plan.Now) is not { } line) continue;
            var head = line.Stops.TakeWhile(stop => stop.Start < plan.Now + (frozenMinutes * 60)).Count();
            if (DayOf(member, line, head) is not { } day) continue;
            members.Add(member);
            lines.Add(line);
            heads.Add(head);
            steps.Add(StepsOf(line, head, day, planVisits.Count));
            foreach (var stop in line.Stops[head..])
            {
                visits.Add(stop.Visit);
                planVisits.Add(VisitOf(stop, day.Operative, days.Count, isJudged));
            }

            days.Add(day);
        }

        if (days.Count == 0) throw new ArgumentException("None of these operatives has any time left.", nameof(asked));
        var perMetre = plan.Team.MinutesOf(1);
        Problem = new PlanProblem(
            days, planVisits, WayTable.OfRoads(plan.Team.Travel, places, perMetre),
            prices: new Prices { Move = plan.Rules.MoveMinutes, PatchCrossing = plan.Rules.PatchCrossingMinutes },
            wholeSeconds: WholeSeconds);
        Current = new Plan(steps, []);
    }

    public PlanProblem Problem { get; }

    /// <summary>The plan as it stands.</summary>
    public Plan Current { get; }

    /// <summary>Numbers of the operatives of the problem's days, in the team.</summary>
    public IReadOnlyList<int> Members => members;

    /// <summary>The visits by their numbers in the problem.</summary>
    public IReadOnlyList<VisitId> Visits => visits;

    /// <summary>
    /// The open, movable part of some days. What is frozen or under way is behind the start; a locked day is left out; whoever has no time
    /// left too.
    /// </summary>
    /// <exception cref="ArgumentException">Nobody is left.</exception>
    public static DayProblem Of(DayPlan plan, IEnumerable<int> members) => new(plan, members, plan.Rules.FrozenMinutes, isJudged: false);

    /// <summary>All that is open, to be judged by the true bounds of each promise.</summary>
    internal static DayProblem Judged(DayPlan plan, IEnumerable<int> members) => new(plan, members, 0, isJudged: true);

    OperativeDay? DayOf(int member, OperativeLine line, int head)
    {
        var behind = head == 0 ? line : line with
        {
            Current = null,
            Point = line.Stops[head - 1].Point,
            Free = line.Stops[head - 1].End,
            Pauses = line.Pauses.RemoveRange(0, line.PausesBefore.Take(head).Sum()),
        };
        if (behind.Open(plan.Team, member, plan.Now) is not { } open) return null;
        var operative = plan.Team.Members[member].Operative;
        return new OperativeDay(
            $"{operative.Name} ({operative.Reference})", PlaceOf(open.Bounds.StartPoint), PlaceOf(open.Bounds.EndPoint),
            open.Bounds.Day.Start, open.Bounds.Day.End)
        {
            Pauses = open.Bounds.Day.Pauses,
            IsOut = open.Bounds.StartPoint != plan.Team.Members[member].Bounds.StartPoint,
            PacePercent = operative.PacePercent,
            Skills = SkillsOf(operative),
            HomePatch = NumberOf($"P{operative.HomePatch}"),
            HelpsOutIn = [.. operative.HelpsOutIn.Select(patch => NumberOf($"P{patch}"))],
        };
    }

    /// <summary>Trades and clearances are skills like any other to the solver.</summary>
    List<SkillLevel> SkillsOf(Operative operative)
    {
        var day = plan.Team.Clock.Day;
        var found = new List<SkillLevel>();
        foreach (var trade in operative.Trades) found.Add(new SkillLevel(NumberOf($"T{trade}"), 1));
        foreach (var contract in operative.Clearances.Select(clearance => clearance.Contract).Distinct())
        {
            if (operative.IsClearedFor(contract, day)) found.Add(new SkillLevel(NumberOf(ClearedFor(contract)), 1));
        }

        foreach (var skill in operative.Skills)
        {
            if (skill.LastValidDay is not { } last || day <= last) found.Add(new SkillLevel(NumberOf($"S{skill.Code}"), skill.Level));
        }

        return found;
    }

    PlanVisit VisitOf(Stop stop, string operative, int day, bool isJudged)
    {
        var visit = plan.Visits[stop.Visit];
        // Work that is planned late may be as late as it is planned; an improvement leaves minutes to spare, or as many as there are.
        var spare = Math.Max(stop.Start, visit.Latest - (plan.Rules.SpareMinutes * 60));
        var latest = isJudged || stop.Latest != visit.Latest ? stop.Latest : Math.Min(visit.Latest, spare);
        return new PlanVisit(stop.Visit.ToString(), PlaceOf(visit.Point), visit.StandardMinutes * 60, Math.Max(0, visit.Earliest), latest)
        {
            PromisedBy = Math.Max(0, Math.Min(latest, visit.Latest)),
            Skills =
            [
                new SkillLevel(NumberOf($"T{visit.Trade}"), 1), new SkillLevel(NumberOf(ClearedFor(visit.Contract)), 1),
                .. visit.Skills.Select(skill => new SkillLevel(NumberOf($"S{skill.Skill}"), skill.Level)),
            ],
            Patch = NumberOf($"P{visit.Patch}"),
            PlannedOperative = operative,
            PinnedTo = visit.PinnedTo is null && !visit.IsFixed ? null : day,
        };
    }

    static string ClearedFor(ContractId contract) => string.Create(CultureInfo.InvariantCulture, $"C{contract.Value}");

    int NumberOf(string name)
    {
        if (!skills.TryGetValue(name, out var number)) skills.Add(name, number = skills.Count);
        return number;
    }

    int PlaceOf(GroundPoint point)
    {
        places.Add(point);
        return places.Count - 1;
    }

    /// <summary>The steps of a day as they are expected, pauses where the line has them.</summary>
    static List<PlannedStep> StepsOf(OperativeLine line, int head, OperativeDay day, int firstVisit)
    {
        var steps = new List<PlannedStep>();
        var (free, taken) = (day.Start, 0);
        void Pause()
        {
            var pause = day.Pauses[taken++];
            var start = Math.Max(free, pause.Earliest);
            free = start + pause.Seconds;
            steps.Add(new PlannedStep(null, start, free));
        }

        for (var i = head; i < line.Stops.Length; i++)
        {
            for (var count = line.PausesBefore[i]; count > 0; count--) Pause();
            steps.Add(new PlannedStep(firstVisit + i - head, line.Stops[i].Start, line.Stops[i].End));
            free = line.Stops[i].End;
        }

        while (steps.Count > 0 && taken < day.Pauses.Count) Pause();
        return steps;
    }

    /// <summary>
    /// What of a plan pays for its churn, as a proposal; null when nothing does. Days that exchange visits stand or fall together; each
    /// such group has to save <see cref="DayRules.MoveMinutes"/> for every visit that it moves.
    /// </summary>
    public Proposal? ProposalOf(Plan improved)
    {
        if (improved.LeftOut.Count > 0) return null;
        var basis = plan.WithLines(members.Zip(lines));
        var chosen = new List<(int Member, OperativeLine Line)>();
        foreach (var group in Groups(improved))
        {
            var after = new List<(int Member, OperativeLine Line)>();
            foreach (var day in group)
            {
                if (LineOf(improved, day) is { } line) after.Add((members[day], line));
            }

            if (after.Count < group.Count) continue;
            var diff = PlanDiff.Between(basis, basis.WithLines(after));
            if (diff.Moves.Count > 0 && diff.GainMinutes > LeastGain && diff.GainMinutes >= plan.Rules.MoveMinutes * diff.Moves.Count)
                chosen.AddRange(after);
        }

        if (chosen.Count == 0) return null;
        var days = chosen.Select(one => new ProposedDay(
            plan.Team.Members[one.Member].Id, [.. one.Line.Stops.Select(stop => stop.Visit)]));
        return new Proposal(plan.Version, [.. days], PlanDiff.Between(basis, basis.WithLines(chosen)));
    }

    /// <summary>Minutes; less is rounding noise of single precision.</summary>
    const double LeastGain = 0.01;

    OperativeLine? LineOf(Plan improved, int day)
    {
        var order = ImmutableArray.CreateBuilder<Stop>();
        order.AddRange(lines[day].Stops[..heads[day]]);
        foreach (var number in improved.VisitsOn(day))
        {
            var visit = plan.Visits[visits[number]];
            order.Add(plan.Team.StopOf(members[day], visit) with { Latest = BoundOf(visits[number]) });
        }

        return lines[day].With(plan.Team, members[day], order.ToImmutable(), plan.Now);
    }

    int BoundOf(VisitId visit)
    {
        var line = plan.Lines[plan.LineOf[visit]];
        return line.Stops[line.IndexOf(visit)].Latest;
    }

    /// <summary>Days that have changed, in groups that exchange visits with each other.</summary>
    List<List<int>> Groups(Plan improved)
    {
        var root = Enumerable.Range(0, members.Count).ToArray();
        int Root(int day)
        {
            while (root[day] != day) day = root[day];
            return day;
        }

        var changed = new bool[members.Count];
        for (var day = 0; day < members.Count; day++)
        {
            changed[day] = !Current.VisitsOn(day).SequenceEqual(improved.VisitsOn(day));
            foreach (var visit in improved.VisitsOn(day))
            {
                var (a, b) = (Root(day), Root(members.IndexOf(plan.LineOf[visits[visit]])));
                root[Math.Max(a, b)] = Math.Min(a, b);
            }
        }

        return [.. Enumerable.Range(0, members.Count).Where(day => changed[day]).GroupBy(Root).Select(group => group.ToList())];
    }
}
