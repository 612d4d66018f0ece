using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Testing.LiveDays;

/// <summary>What came of a visit in the end.</summary>
public sealed record VisitOutcome(DayVisit Visit, OperativeId Operative, int Start, int End, bool WasFlagged)
{
    public bool IsLate => Start > Visit.Latest;
}

/// <summary>
/// Lives through a day: operatives do what the plan says, the world does what the scenario says, and the plan is told of both.
/// </summary>
/// <param name="react">Answers an event; the engine, or the engine with a stopwatch.</param>
/// <param name="improve">Asked after each event and each minute for changes that are to be carried out; null: none ever.</param>
public sealed class DayRun(
    DayScenario scenario,
    DayPlan plan,
    Func<DayPlan, DayEvent, DayReaction> react,
    Func<DayPlan, IReadOnlyCollection<int>, IEnumerable<Proposal>>? improve = null,
    DayJudge? judge = null)
{
    const int TickSeconds = 60;
    const int FirstTick = 7 * 3600;
    const int LastTick = 22 * 3600;

    readonly PriorityQueue<Due, (int Second, int Number)> queue = new();
    readonly Dictionary<int, Doing> doing = [];
    readonly int[] tokens = new int[plan.Lines.Length];
    readonly HashSet<int> touched = [];
    int queued;

    enum DueKind
    {
        None = 0,
        News = 1,
        Tick = 2,
        Plan = 3,
        Arrival = 4,
        Start = 5,
        Tell = 6,
        End = 7,
    }

    readonly record struct Due(DueKind Kind, int Second, int Member, int Token, DayEvent? News = null);

    /// <param name="From">Where the way to it began.</param>
    sealed record Doing(VisitId Visit, GroundPoint From, int Arrival, int Start = 0, int End = 0);

    public DayPlan Plan { get; private set; } = plan;

    /// <summary>Everything that the plan was told, in order.</summary>
    public List<DayEvent> Events { get; } = [];

    public List<VisitOutcome> Outcomes { get; } = [];

    public double MetresDriven { get; private set; }

    public int Emergencies { get; private set; }

    /// <summary>Emergencies for which a planner was asked at once.</summary>
    public int AskedPlanner { get; private set; }

    public int Improvements { get; private set; }

    /// <summary>Promised visits that began after their promise.</summary>
    public int LatePromises => Outcomes.Count(outcome => outcome.IsLate && outcome.Visit.IsPromised);

    /// <summary>Promised visits that nobody attended.</summary>
    public int UnattendedPromises => Unattended.Count();

    IEnumerable<DayVisit> Unattended => Plan.Visits.Values.Where(
        visit => visit.IsPromised && Outcomes.All(outcome => outcome.Visit.Id != visit.Id));

    /// <summary>Promises that were broken without having been flagged before they were late.</summary>
    public int BrokenUnflagged => Outcomes.Count(outcome => outcome is { IsLate: true, WasFlagged: false } && outcome.Visit.IsPromised)
        + Unattended.Count(visit => !Plan.Flags.TryGetValue(visit.Id, out var flag) || flag.RaisedAt > visit.Latest);

    public void ToTheEnd()
    {
        for (var second = FirstTick; second <= LastTick; second += TickSeconds) Add(new Due(DueKind.Tick, second, -1, 0));
        foreach (var (second, news) in scenario.News) Add(new Due(DueKind.News, second, -1, 0, news));
        for (var member = 0; member < tokens.Length; member++) Ask(member);
        while (queue.TryDequeue(out var due, out _))
        {
            if (due.Member < 0 || tokens[due.Member] == due.Token) Do(due);
        }

        for (var member = 0; member < tokens.Length; member++)
        {
            var line = Plan.Lines[member];
            MetresDriven += scenario.Travel.RoadMetres(line.ReadyPoint, scenario.Team.Members[member].Bounds.EndPoint);
        }
    }

    void Add(Due due) => queue.Enqueue(due, (due.Second, queued++));

    void Do(Due due)
    {
        switch (due.Kind)
        {
            case DueKind.News: Tell(Fresh(due.News!)); break;
            case DueKind.Tick: Tell(new TimePassed(scenario.At(due.Second))); break;
            case DueKind.Plan: SetOffIfDue(due); break;
            case DueKind.Arrival: Arrive(due); break;
            case DueKind.Start: Start(due); break;
            case DueKind.Tell: TellOfOverrun(due); break;
            default: End(due); break;
        }
    }

    /// <summary>An event of the scenario that still makes sense: nobody cancels what is done.</summary>
    DayEvent Fresh(DayEvent news) =>
        news is VisitCancelled gone && doing.Values.Any(work => work.Visit == gone.Visit && work.Start > 0)
            ? new TimePassed(news.At) : news;

    void Tell(DayEvent happened)
    {
        var before = Plan;
        Events.Add(happened);
        var reaction = react(before, happened);
        if (happened is EmergencyReported)
        {
            Emergencies++;
            if (reaction.Placement == Placement.AskPlanner) AskedPlanner++;
        }

        Follow(before, reaction.Plan, happened);
        if (improve is null) return;
        foreach (var proposal in improve(Plan, touched).ToList())
        {
            before = Plan;
            var accepted = new ProposalAccepted(happened.At, proposal);
            var carried = LiveDay.On(before, accepted);
            if (carried.Refusal != EventRefusal.None) continue;
            Events.Add(accepted);
            Improvements++;
            Follow(before, carried.Plan, accepted);
        }
    }

    void Follow(DayPlan before, DayPlan after, DayEvent happened)
    {
        Plan = after;
        judge?.Watch(before, after, happened);
        if (happened is TimePassed && Plan.Now % 3600 == 0) judge?.CheckWhole(after);
        for (var member = 0; member < tokens.Length; member++)
        {
            if (ReferenceEquals(before.Lines[member], after.Lines[member])) continue;
            touched.Add(member);
            if (doing.TryGetValue(member, out var work))
            {
                // Called off on the way, broken off, or gone home.
                if (after.Lines[member].Current?.Visit == work.Visit) continue;
                MetresDriven += work.Start > 0 ? 0 : scenario.Travel.RoadMetres(work.From, after.Lines[member].ReadyPoint);
                doing.Remove(member);
            }

            Ask(member);
        }
    }

    /// <summary>Looks up what an idle operative is to do next, and when.</summary>
    void Ask(int member)
    {
        tokens[member]++;
        var line = Plan.Lines[member];
        if (doing.ContainsKey(member)) return;
        var next = line.PauseAt ?? line.SetOffAt(scenario.Team, Plan.Now);
        if (next is { } second) Add(new Due(DueKind.Plan, Math.Max(second, Plan.Now), member, tokens[member]));
    }

    void SetOffIfDue(Due due)
    {
        var line = Plan.Lines[due.Member];
        if (line.PauseAt is not null)
        {
            Tell(new TimePassed(scenario.At(due.Second)));
            if (tokens[due.Member] == due.Token) Ask(due.Member);
            return;
        }

        if (line.SetOffAt(scenario.Team, due.Second) is not { } at || at > due.Second)
        {
            Ask(due.Member);
            return;
        }

        var visit = line.Stops[0];
        var arrival = scenario.Travel.Profile.Arrive(due.Second, scenario.Travel.RoadMetres(line.Point, visit.Point));
        doing[due.Member] = new Doing(visit.Visit, line.Point, arrival);
        tokens[due.Member]++;
        Add(new Due(DueKind.Arrival, arrival, due.Member, tokens[due.Member]));
        Tell(new SetOff(scenario.At(due.Second), Id(due.Member), visit.Visit));
    }

    OperativeId Id(int member) => scenario.Team.Members[member].Id;

    void Arrive(Due due)
    {
        var work = doing[due.Member];
        var visit = Plan.Visits[work.Visit];
        MetresDriven += scenario.Travel.RoadMetres(work.From, visit.Point);
        doing[due.Member] = work with { From = visit.Point };
        Add(new Due(DueKind.Start, Math.Max(due.Second, visit.Earliest), due.Member, due.Token));
        Tell(new Arrived(scenario.At(due.Second), Id(due.Member), work.Visit));
    }

    void Start(Due due)
    {
        var work = doing[due.Member];
        var visit = Plan.Visits[work.Visit];
        var truth = scenario.Truths[work.Visit];
        var operative = scenario.Team.Members[due.Member].Operative;
        var end = due.Second + operative.SecondsFor(truth.ActualMinutes);
        doing[due.Member] = work with { Start = due.Second, End = end };
        var isFlagged = Plan.Flags.TryGetValue(work.Visit, out var flag) && flag.RaisedAt <= visit.Latest;
        Outcomes.Add(new VisitOutcome(visit, Id(due.Member), due.Second, end, isFlagged));
        Add(new Due(DueKind.End, end, due.Member, due.Token));
        if (truth.HasNoAccess) return;
        var planned = operative.SecondsFor(visit.StandardMinutes);
        if (truth.IsToldEarly && end - due.Second > planned + 600)
            Add(new Due(DueKind.Tell, due.Second + (planned * 3 / 4), due.Member, due.Token));
        Tell(new WorkStarted(scenario.At(due.Second), Id(due.Member), work.Visit));
    }

    void TellOfOverrun(Due due)
    {
        var work = doing[due.Member];
        Tell(new OverrunForecast(scenario.At(due.Second), Id(due.Member), work.Visit, scenario.At(work.End)));
    }

    void End(Due due)
    {
        var work = doing[due.Member];
        doing.Remove(due.Member);
        Tell(scenario.Truths[work.Visit].HasNoAccess
            ? new NoAccess(scenario.At(due.Second), Id(due.Member), work.Visit)
            : new WorkFinished(scenario.At(due.Second), Id(due.Member), work.Visit));
    }
}
