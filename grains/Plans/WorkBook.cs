using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>What the visits of a day are for: the work that their jobs ask for, read once a job.</summary>
internal sealed class WorkBook(Bookings bookings, RegistryCache registry)
{
    /// <summary>Most jobs that are remembered: several days of the largest contractor; past it, it starts again with none.</summary>
    const int MaxJobs = 50_000;

    /// <summary>Jobs that are read side by side: what a database answers at once without keeping bookings waiting.</summary>
    const int MaxTogether = 16;

    readonly Dictionary<JobId, JobWork> jobs = [];

    /// <summary>A job's work; no needs when the registry does not say any more what it takes.</summary>
    sealed record JobWork(IReadOnlyList<VisitNeed> Needs, PatchCode Patch, bool IsEmergency);

    /// <summary>The registry has changed: what was known of jobs may be out of date.</summary>
    public void Forget() => jobs.Clear();

    /// <summary>Reads what is not known yet.</summary>
    public async Task KnowAsync(IEnumerable<Visit> visits, CancellationToken cancellationToken)
    {
        if (jobs.Count > MaxJobs) jobs.Clear();
        foreach (var chunk in visits.Select(visit => visit.Id.Job).Distinct().Where(job => !jobs.ContainsKey(job)).ToList()
            .Chunk(MaxTogether))
        {
            foreach (var (job, work) in await Task.WhenAll(chunk.Select(job => ReadAsync(job, cancellationToken))))
            {
                if (work is not null) jobs[job] = work;
            }
        }
    }

    async Task<(JobId, JobWork?)> ReadAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await bookings.Ledger.LoadJobAsync(id, cancellationToken) is not { } job) return (id, null);
        var (contract, property) = await bookings.StandingAsync(job, cancellationToken);
        var items = job.Lines.Select(line => registry.Current.Rate(contract, line)).OfType<SorItem>().ToList();
        IReadOnlyList<VisitNeed> needs = items.Count > 0 && items.Count == job.Lines.Count ? JobRequirement.Of(items).Needs : [];
        return (id, new JobWork(needs, property.Patch, job.Emergency));
    }

    /// <summary>A visit as the day's plan sees it.</summary>
    /// <param name="operative">Who has it.</param>
    public ReadVisit Read(Visit visit, Operative operative, DayClock clock, bool isAway)
    {
        var work = jobs.GetValueOrDefault(visit.Id.Job);
        var needs = (work?.Needs ?? []).Where(need => need.Stage == visit.Stage).ToList();
        var (start, end) = (clock.SecondAt(visit.Start), clock.SecondAt(visit.End));
        var need = NeedOf(needs, operative, clock, end - start);
        var isShared = needs.Sum(one => one.Crew) > 1;
        var planned = DayVisit.Of(visit, need ?? Unknown(operative, visit), work?.Patch ?? operative.HomePatch, clock);
        // What has been pushed out of its promise is late, fixed or not.
        if (visit.IsLate && visit.StartFixed)
            planned = planned with { Earliest = clock.SecondAt(visit.Promise.Start), Latest = clock.SecondAt(visit.Promise.End) - 1 };
        var isBound = visit.State == VisitState.Held || need is null || (visit.StartFixed && !isShared)
            || (visit.State == VisitState.OnTheWay && !isAway);
        planned = planned with
        {
            IsEmergency = work?.IsEmergency ?? false,
            IsPromised = visit.State != VisitState.Held,
            PinnedTo = isBound ? visit.Operative : null,
        };
        return new ReadVisit(planned, start, end, visit.State);
    }

    /// <summary>Of the needs of a visit's stage the one that its operative does in its time, as far as that can be told.</summary>
    static VisitNeed? NeedOf(List<VisitNeed> needs, Operative operative, DayClock clock, int seconds)
    {
        var able = needs.Where(need => operative.HasTrade(need.Trade) && operative.HasSkills(need.Skills, clock.Day)).ToList();
        return able.Find(need => operative.SecondsFor(need.StandardMinutes) == seconds)
            ?? (able.Count > 0 ? able[0] : needs.Count > 0 ? needs[0] : null);
    }

    /// <summary>Work that the registry does not know any more: it stays with whoever has it.</summary>
    static VisitNeed Unknown(Operative operative, Visit visit) => new(
        visit.Stage, operative.Trades.Count > 0 ? operative.Trades[0] : new TradeCode("UNKNOWN"), [],
        Math.Max(1, (int)(visit.End - visit.Start).TotalMinutes), 1, 0);
}
