using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Everything that a plan is made from: who works when, what is to be done, how far it is, and what things cost.</summary>
/// <remarks>
/// Vehicle routing with time windows as repairs have it. Nothing in the search depends on times being seconds: other units give the same
/// plan, as long as all times have the same one.
/// </remarks>
public sealed class PlanProblem
{
    /// <summary>Most visits of one plan: a region's week, each at a place of its own.</summary>
    public const int MaxVisits = WayTable.MaxPlaces;

    /// <summary>Most operative-days of one plan. Who may do what at which price takes 4 bytes a visit and day: 64 MB at most.</summary>
    public const int MaxDays = 2_000;

    /// <summary>Latest time of a plan: a year of seconds leaves room for sums below the largest integer.</summary>
    public const int MaxTime = 400_000_000;

    /// <summary>Most visits that depend on each other, as in <see cref="Domain.Jobs.JobRequirement.MaxVisits"/>.</summary>
    public const int MaxLinked = Domain.Jobs.JobRequirement.MaxVisits;

    /// <param name="wholeSeconds">Time on site is rounded up to a multiple of it; diaries plan whole minutes.</param>
    /// <exception cref="ArgumentException">Too large, a number that names nothing, or a time out of range.</exception>
    public PlanProblem(
        IReadOnlyList<OperativeDay> days,
        IReadOnlyList<PlanVisit> visits,
        WayTable travel,
        IReadOnlyList<LinkedVisits>? links = null,
        Prices? prices = null,
        int wholeSeconds = 1)
    {
        WholeSeconds = wholeSeconds;
        Require(wholeSeconds is > 0 and <= 3600, $"Time on site is rounded up to between a second and an hour, not {wholeSeconds} s.");
        Days = days;
        Visits = visits;
        Travel = travel;
        Links = links ?? [];
        Prices = prices ?? Prices.None;
        Require(days.Count is > 0 and <= MaxDays, $"A plan has 1 to {MaxDays} operative-days, not {days.Count}.");
        Require(visits.Count <= MaxVisits, $"A plan has at most {MaxVisits} visits, not {visits.Count}.");
        for (var day = 0; day < days.Count; day++) CheckDay(day);
        for (var visit = 0; visit < visits.Count; visit++) CheckVisit(visit);
        CheckLinks();
        Compiled = new CompiledProblem(this);
    }

    public IReadOnlyList<OperativeDay> Days { get; }

    public IReadOnlyList<PlanVisit> Visits { get; }

    public WayTable Travel { get; }

    public IReadOnlyList<LinkedVisits> Links { get; }

    public Prices Prices { get; }

    /// <summary>Time on site is a multiple of it.</summary>
    public int WholeSeconds { get; }

    internal CompiledProblem Compiled { get; }

    /// <summary>Time on site when the work of a visit is done by the operative of a day.</summary>
    public int SecondsOnSite(int visit, int day) => SecondsAt(Visits[visit].Seconds, Days[day].PacePercent);

    internal int SecondsAt(int standardSeconds, int pacePercent)
    {
        var seconds = (int)((((long)standardSeconds * pacePercent) + 99) / 100);
        return WholeSeconds == 1 ? seconds : (seconds + WholeSeconds - 1) / WholeSeconds * WholeSeconds;
    }

    void CheckDay(int number)
    {
        var day = Days[number];
        Require(IsPlace(day.StartPlace) && IsPlace(day.EndPlace), $"Day {number} starts or ends at a place that is not in the table.");
        Require(
            day.Start is >= 0 and <= MaxTime && day.End >= day.Start && day.OvertimeEnd >= day.End && day.OvertimeEnd <= MaxTime,
            $"Day {number} has its start, end and overtime's end in turn, from 0 to {MaxTime}.");
        Require(day.FreeFrom is >= 0 and <= MaxTime, $"Day {number} is free from a time between 0 and {MaxTime}.");
        Require(
            day.PacePercent is >= Operative.MinPacePercent and <= Operative.MaxPacePercent,
            $"Day {number} has a pace of {Operative.MinPacePercent} to {Operative.MaxPacePercent} per cent.");
        Require(day.Pauses.Count <= WorkingDay.MaxPauses, $"Day {number} has at most {WorkingDay.MaxPauses} pauses.");
        Require(
            Travel.Profile is null || day.OvertimeEnd <= Planning.Travel.SpeedProfile.MaxSecond,
            $"Day {number} ends within the hours whose speeds are known.");
        Require(day.Stock.All(stock => stock >= 0), $"Day {number} has stock that is not negative.");
        Require(day.OvertimePricePerHour >= 0 && day.PriceOfUse >= 0, $"Day {number} has prices that are not negative.");
    }

    void CheckVisit(int number)
    {
        var visit = Visits[number];
        Require(IsPlace(visit.Place), $"Visit {number} is at a place that is not in the table.");
        Require(
            visit.Seconds is >= 0 and <= MaxTime && visit.Earliest is >= 0 and <= MaxTime && visit.Latest is >= 0 and <= MaxTime,
            $"Visit {number} has times from 0 to {MaxTime}.");
        Require(visit.PinnedTo is null || (visit.PinnedTo >= 0 && visit.PinnedTo < Days.Count), $"Visit {number} is pinned to no day.");
        Require(visit.ReleaseOrder is null || visit.PinnedTo is not null, $"Visit {number} is released to nobody.");
        Require(visit.StartedAt is null || visit.ReleaseOrder is not null, $"Visit {number} has started, so it is released to somebody.");
        Require(visit.LeaveOutPrice is null or >= 0, $"Visit {number} has a negative price.");
        Require(visit.Stock.All(stock => stock >= 0), $"Visit {number} uses stock that is not negative.");
        Require(visit.Priority >= 0, $"Visit {number} has a negative priority.");
    }

    void CheckLinks()
    {
        var linked = new HashSet<int>();
        foreach (var link in Links)
        {
            var before = linked.Count;
            foreach (var visit in link.Stages.SelectMany(stage => stage.Visits))
            {
                Require(visit >= 0 && visit < Visits.Count && linked.Add(visit), $"Visit {visit} is linked once, and exists.");
                Require(Visits[visit].ReleaseOrder is null, $"Visit {visit} is released, so it cannot wait for others.");
            }

            Require(linked.Count - before is >= 2 and <= MaxLinked, $"2 to {MaxLinked} visits depend on each other.");
        }
    }

    bool IsPlace(int place) => place >= 0 && place < Travel.Places;

    static void Require(bool holds, string rule)
    {
        if (!holds) throw new ArgumentException(rule);
    }
}
