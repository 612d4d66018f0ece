using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Check;

/// <summary>
/// Proves that a job's visits are what its contract, schedule of rates, property and people allow: the right place, in force, so many
/// people with trade, skills and clearance for so many minutes, together and in order.
/// </summary>
sealed class WorkCheck(RegistrySnapshot registry, FeedReplay replay, Findings findings)
{
    readonly Dictionary<ContractId, Contract> contracts = registry.Contracts.ToDictionary(contract => contract.Id);
    readonly Dictionary<OperativeId, Operative> operatives = registry.Operatives.ToDictionary(operative => operative.Id);
    readonly Dictionary<(string, SorCode), SorItem> rates = registry.ScheduleOfRates.ToDictionary(item => (item.Schedule, item.Code));

    /// <summary>A job's visits that were planned by one command.</summary>
    /// <param name="PlacedAt">The feed's entry that planned them; what the registry changed later was not known then.</param>
    sealed record Claim(RecordedJob Recorded, Contract Contract, IReadOnlyList<Visit> Visits, long PlacedAt)
    {
        public Job Job => Recorded.Job;
    }

    public void Check(RecordedJob recorded, IReadOnlyList<Visit> held, IReadOnlyList<Visit> booked)
    {
        var job = recorded.Job;
        if (!contracts.TryGetValue(job.Contract, out var contract)) return;
        CheckParties(recorded, contract);
        replay.Jobs.TryGetValue(job.Id, out var replayed);
        var requirement = RequirementOf(new Claim(recorded, contract, [], replayed?.Position ?? 0));
        foreach (var (visits, placedAt) in new[] { (held, replayed?.HeldAt ?? 0), (booked, replayed?.BookedAt ?? 0) })
        {
            var claim = new Claim(recorded, contract, visits, placedAt);
            foreach (var visit in visits) CheckVisit(claim, visit);
            if (requirement is null || visits.Count == 0) continue;
            foreach (var visit in visits) CheckPerson(claim, requirement, visit);
            CheckTogether(claim, requirement);
        }
    }

    /// <summary>Who a contract is between never changes, nor whose a property is.</summary>
    void CheckParties(RecordedJob recorded, Contract contract)
    {
        var job = recorded.Job;
        if (job.Client != contract.Client || job.Contractor != contract.Contractor)
        {
            findings.Breach(FindingKind.JobInconsistent, $"job {job.Id}",
                $"it is of client {job.Client} and contractor {job.Contractor}, and its contract {contract.Id} is between "
                + $"{contract.Client} and {contract.Contractor}");
        }

        if (recorded.Owner is { } owner && owner != contract.Client)
            findings.Breach(FindingKind.JobInconsistent, $"job {job.Id}",
                $"its property {job.Property} is of client {owner}, and its contract of {contract.Client}");
    }

    /// <returns>Null when the schedule of rates does not say.</returns>
    JobRequirement? RequirementOf(Claim claim)
    {
        var (job, subject) = (claim.Job, $"job {claim.Job.Id}");
        if (job.Lines.Count == 0) findings.Breach(FindingKind.WrongWork, subject, "it has no schedule-of-rates line");
        var items = new List<SorItem>();
        foreach (var line in job.Lines)
        {
            if (rates.TryGetValue((claim.Contract.Schedule, line), out var item)) items.Add(item);
            else Tell(claim, FindingKind.WrongWork, subject, $"schedule {claim.Contract.Schedule} has no line {line}", Changes.OfRates);
        }

        if (items.Count == 0 || items.Count < job.Lines.Count) return null;
        if (JobRequirement.VisitsFor(items) > JobRequirement.MaxVisits)
        {
            Tell(claim, FindingKind.WrongWork, subject, $"its lines need more than {JobRequirement.MaxVisits} visits", Changes.OfRates);
            return null;
        }

        var requirement = JobRequirement.Of(items);
        if (requirement.Emergency == job.Emergency) return requirement;
        Tell(claim, FindingKind.WrongWork, subject, job.Emergency
            ? "it is marked as an emergency, and none of its lines is one"
            : "one of its lines is an emergency, and it is not marked as one", Changes.OfRates);
        return requirement;
    }

    void CheckVisit(Claim claim, Visit visit)
    {
        if (claim.Recorded.Place is { } place && place != visit.Place)
            Tell(claim, FindingKind.WrongPlace, $"visit {visit.Id}",
                $"it leads to {visit.Place}, and property {claim.Job.Property} is at {place}", Changes.OfProperties);
        if (!claim.Contract.IsInForceOn(visit.Day))
            Tell(claim, FindingKind.NotInForce, $"visit {visit.Id}, {visit.Day:uuuu-MM-dd}",
                $"contract {claim.Contract.Id} is in force from {claim.Contract.FirstDay:uuuu-MM-dd} to "
                + $"{claim.Contract.LastDay?.ToString("uuuu-MM-dd", null) ?? "no end"}", Changes.OfContracts);
    }

    void CheckPerson(Claim claim, JobRequirement requirement, Visit visit)
    {
        // An operative who is not known is told of by the diary.
        if (!operatives.TryGetValue(visit.Operative, out var operative)) return;
        var subject = $"visit {visit.Id}, diary {visit.Operative}, {visit.Day:uuuu-MM-dd}";
        if (operative.Contractor != claim.Contract.Contractor || !operative.IsClearedFor(claim.Contract.Id, visit.Day))
            TellOfPerson(claim, FindingKind.WrongOperative, subject, "the operative is not cleared for the contract", operative.Id);
        if (claim.Recorded.Patch is { } patch && !operative.Covers(patch))
            TellOfPerson(claim, FindingKind.WrongOperative, subject, $"the operative does not cover patch {patch}", operative.Id);
        var possible = requirement.Needs.Where(need => need.Stage == visit.Stage && CanDo(operative, need, visit.Day)).ToList();
        if (possible.Count == 0)
        {
            TellOfPerson(claim, FindingKind.WrongOperative, subject,
                $"the operative has not the trade and skills that stage {visit.Stage} of the work needs", operative.Id);
        }
        else if (visit.State is VisitState.Held or VisitState.Booked
            && !possible.Exists(need => SecondsOf(visit) == Seconds(operative, need)))
        {
            TellOfPerson(claim, FindingKind.WrongWork, subject,
                $"it takes {SecondsOf(visit) / 60} minutes, and the work takes the operative "
                + $"{string.Join(" or ", possible.Select(need => Seconds(operative, need) / 60))}", operative.Id);
        }
    }

    static bool CanDo(Operative operative, VisitNeed need, LocalDate day) =>
        operative.HasTrade(need.Trade) && operative.HasSkills(need.Skills, day);

    static int Seconds(Operative operative, VisitNeed need) => operative.SecondsFor(need.StandardMinutes);

    static int SecondsOf(Visit visit) => (int)Math.Min(int.MaxValue, (visit.End - visit.Start).TotalSeconds);

    /// <summary>
    /// All that the work needs is claimed: so many people a stage and trade, crews at the same time, stages after their gaps.
    /// </summary>
    void CheckTogether(Claim claim, JobRequirement requirement)
    {
        var stages = claim.Visits.GroupBy(visit => visit.Stage).OrderBy(stage => stage.Key).Select(stage => stage.ToList()).ToList();
        var subject = $"job {claim.Job.Id}";
        for (var i = 1; i < stages.Count; i++)
        {
            var gap = requirement.Needs.Where(need => need.Stage == stages[i][0].Stage).Select(need => need.GapDays).DefaultIfEmpty(1)
                .Max();
            if (stages[i].Min(visit => visit.Day) < stages[i - 1].Max(visit => visit.Day).PlusDays(gap))
                Tell(claim, FindingKind.StagesOutOfOrder, subject,
                    $"stage {stages[i][0].Stage} comes less than {gap} days after the stage before it", Changes.OfRates);
        }

        foreach (var stage in requirement.Needs.GroupBy(need => need.Stage))
        {
            var there = claim.Visits.Where(visit => visit.Stage == stage.Key).ToList();
            var wanted = stage.Sum(need => need.Crew);
            if (there.Count != wanted)
                Tell(claim, FindingKind.CrewNotTogether, subject, $"stage {stage.Key} needs {wanted} people and has {there.Count}",
                    Changes.OfRates);
            var crew = stage.Max(need => need.Crew);
            if (crew > 1 && there.Count >= crew && there.CountBy(visit => visit.Start).Max(start => start.Value) < crew)
            {
                var text = $"{crew} people are to start stage {stage.Key} together and do not";
                if (there.Exists(visit => visit.HasStarted || replay.ApartByReport.Contains(visit.Id)))
                    findings.Warn(FindingKind.RunningLate, subject, text);
                else Tell(claim, FindingKind.CrewNotTogether, subject, text, Changes.OfRates);
            }

            foreach (var need in stage) CheckTrade(claim, need, there);
        }
    }

    /// <summary>Two of one trade are not one of each.</summary>
    void CheckTrade(Claim claim, VisitNeed need, List<Visit> there)
    {
        if (there.Count < need.Crew || there.Exists(visit => !operatives.ContainsKey(visit.Operative))) return;
        var able = there.Count(visit => CanDo(operatives[visit.Operative], need, visit.Day));
        if (able >= need.Crew) return;
        var text = $"stage {need.Stage} needs {need.Crew} {need.Trade} and has {able}";
        if (there.Find(visit => ChangedSince(claim, visit.Operative)) is { } changed)
            TellOfPerson(claim, FindingKind.WrongOperative, $"job {claim.Job.Id}", text, changed.Operative);
        else Tell(claim, FindingKind.WrongOperative, $"job {claim.Job.Id}", text, Changes.OfRates);
    }

    enum Changes
    {
        None = 0,
        OfRates = 1,
        OfContracts = 2,
        OfProperties = 3,
    }

    /// <summary>
    /// What the registry says may have been changed since the visits were planned; then somebody should look, and nothing is broken.
    /// </summary>
    void Tell(Claim claim, FindingKind kind, string subject, string text, Changes changes)
    {
        var (changedAt, what) = changes switch
        {
            Changes.OfContracts => (replay.ContractsChangedAt, "contracts"),
            Changes.OfProperties => (replay.PropertiesChangedAt, "properties"),
            _ => (replay.RatesChangedAt, "the schedule of rates"),
        };
        if (changedAt > claim.PlacedAt)
            findings.Warn(kind, subject, $"{text}; {what} changed at feed position {changedAt}, after the booking");
        else findings.Breach(kind, subject, text);
    }

    void TellOfPerson(Claim claim, FindingKind kind, string subject, string text, OperativeId operative)
    {
        if (ChangedSince(claim, operative))
            findings.Warn(kind, subject,
                $"{text}; the operative's record changed at feed position {replay.OperativesChangedAt[operative]}, after the booking");
        else Tell(claim, kind, subject, text, replay.PropertiesChangedAt > claim.PlacedAt ? Changes.OfProperties : Changes.OfRates);
    }

    bool ChangedSince(Claim claim, OperativeId operative) => replay.OperativesChangedAt.GetValueOrDefault(operative) > claim.PlacedAt;
}
