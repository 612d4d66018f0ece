using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Testing.LiveDays;

namespace OrleansScheduling.Bench.Day;

/// <summary>The day before: nobody has seen the plan yet, so churn costs nothing.</summary>
static class Overnight
{
    const int Rounds = 2;

    /// <summary>Neighbourhood by neighbourhood until everybody has been in one, so many times over.</summary>
    public static DayPlan Improved(DayPlan plan, int moves, CancellationToken stop)
    {
        var rules = plan.Rules;
        plan = plan.Under(rules with { MoveMinutes = 0 });
        for (var round = 0; round < Rounds; round++)
        {
            var covered = new bool[plan.Lines.Length];
            for (var i = 0; i < covered.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                var around = ((i * 7) + (round * 3)) % covered.Length;
                if (covered[around]) continue;
                foreach (var member in DayImprover.Neighbourhood(plan, around)) covered[member] = true;
                var limits = new SearchLimits(Moves: moves, Seed: (ulong)((round * 1000) + around));
                if (DayImprover.Improve(plan, around, limits, stop) is not { } proposal) continue;
                plan = LiveDay.On(plan, new ProposalAccepted(plan.Team.Clock.InstantAt(plan.Now), proposal)).Plan;
            }
        }

        return plan.Under(rules);
    }
}

/// <summary>In the background of the day: now and then a search around somebody whose day has changed.</summary>
sealed class ByDay(int moves, int eventsBetween)
{
    /// <summary>The plan is good already.</summary>
    const double Heat = 0.1;

    int events;
    int turn;

    public IEnumerable<Proposal> Improve(DayPlan plan, IReadOnlyCollection<int> touched)
    {
        if (++events % eventsBetween != 0 || plan.Now is < 7 * 3600 or > 17 * 3600) yield break;
        // The numbers go round the team in steps that share no factor with it.
        var around = turn++ * 37 % plan.Lines.Length;
        var limits = new SearchLimits(Moves: moves, Seed: (ulong)turn) { Heat = Heat };
        if (DayImprover.Improve(plan, around, limits) is { } proposal) yield return proposal;
        GC.KeepAlive(touched);
    }
}

/// <summary>Greedy re-insertion: one visit after the other is taken out and put where it is cheapest now.</summary>
sealed class Greedy
{
    readonly HashSet<int> done = [];

    public static DayPlan Improved(DayPlan plan)
    {
        var rules = plan.Rules;
        plan = plan.Under(rules with { MoveMinutes = 0 });
        for (var member = 0; member < plan.Lines.Length; member++) plan = After(plan, member);
        return plan.Under(rules);
    }

    static DayPlan After(DayPlan plan, int member)
    {
        while (Reinserting.Best(plan, member) is { } proposal)
        {
            var reaction = LiveDay.On(plan, new ProposalAccepted(plan.Team.Clock.InstantAt(plan.Now), proposal));
            if (reaction.Refusal != EventRefusal.None) break;
            plan = reaction.Plan;
        }

        return plan;
    }

    public IEnumerable<Proposal> Improve(DayPlan plan, IReadOnlyCollection<int> touched)
    {
        // One day in turn each minute; those that changed since.
        if (plan.Now % 60 != 0) yield break;
        foreach (var member in touched.Where(done.Add).Take(10))
        {
            if (Reinserting.Best(plan, member) is { } proposal) yield return proposal;
        }

        if (touched.All(done.Contains)) done.Clear();
    }
}

/// <summary>What the day costs when everything that was going to happen is known from the start.</summary>
static class FullKnowledge
{
    /// <summary>
    /// Minutes of travel for the visits that were attended, each as long as it really took, none before it was reported, by those who
    /// were there: searched from what was really driven, so it is never more than that.
    /// </summary>
    public static double Minutes(DayScenario scenario, DayRun run, int moves, CancellationToken stop)
    {
        var known = scenario.News.Select(news => (news.Second, Visit: news.Event switch
        {
            EmergencyReported help => help.Visit.Id,
            VisitBooked booked => booked.Visit.Id,
            _ => default,
        })).Where(news => news.Visit != default).ToDictionary(news => news.Visit, news => news.Second);
        var ends = run.Outcomes.GroupBy(outcome => outcome.Operative).ToDictionary(day => day.Key, day => day.Max(outcome => outcome.End));
        var members = scenario.Team.Members.Select((member, number) =>
        {
            var line = run.Plan.Lines[number];
            var last = ends.TryGetValue(member.Id, out var end) ? end : 0;
            var home = scenario.Travel.Profile.Arrive(last, scenario.Travel.RoadMetres(line.ReadyPoint, member.Bounds.EndPoint));
            var day = member.Bounds.Day;
            var until = Math.Max(line.End, home);
            return until <= day.Start + 3600 ? null : member with
            {
                Bounds = member.Bounds with { Day = new Domain.Workforce.WorkingDay(day.Start, until, BreaksOf(day, until)) },
            };
        }).OfType<TeamMember>().ToList();
        var team = new DayTeam(scenario.Clock, members, scenario.Travel);
        var places = run.Outcomes.Select(outcome => new DayVisitPlace(
            outcome.Visit with
            {
                StandardMinutes = scenario.Truths[outcome.Visit.Id].ActualMinutes,
                Earliest = Math.Max(outcome.Visit.Earliest, known.GetValueOrDefault(outcome.Visit.Id)),
                Latest = Math.Max(outcome.Visit.Latest, outcome.Start),
            }, outcome.Operative, outcome.Start));
        var rules = new DayRules { MoveMinutes = 0, FrozenMinutes = 0, SpareMinutes = 0, PatchCrossingMinutes = 0 };
        var plan = DayPlan.Of(team, rules, places, scenario.Clock.Start).Plan;
        return team.MinutesOf(Overnight.Improved(plan, moves, stop).Metres);
    }

    /// <summary>The day's breaks; whoever went home before the time for one has had none.</summary>
    static List<Domain.Workforce.Pause> BreaksOf(Domain.Workforce.WorkingDay day, int until) =>
        [.. day.Pauses.Where(pause => pause.LatestStart + pause.Seconds <= until)
            // An overrun made some breaks late, in what was really driven.
            .Select(pause => pause with { LatestStart = Math.Min(until - pause.Seconds, pause.LatestStart + 3600) })];
}
