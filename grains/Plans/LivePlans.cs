using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Plans;

/// <summary>
/// Wakes the plans of the contractors that are this process's duty: at once when something happens in their diaries, and each minute, since
/// it counts too when nothing is heard. A plan that is woken by two processes all the same finds the second time that there is nothing left
/// to do.
/// </summary>
public sealed partial class LivePlans(
    AvailabilityService availability, IGrainFactory grains, IDuties duties, TimeProvider time, ILogger<LivePlans> log) : BackgroundService
{
    /// <summary>How often time passes.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two searches of one contractor; a little less than a step, which is never to the millisecond.</summary>
    static readonly TimeSpan SearchEvery = TimeSpan.FromSeconds(55);

    /// <summary>Contractors that wait to be woken; each at most once, so that this many is all that there can be.</summary>
    const int MaxWaiting = 10_000;

    readonly Channel<OrganisationId> waiting = Channel.CreateBounded<OrganisationId>(MaxWaiting);
    readonly HashSet<OrganisationId> queued = [];
    readonly Dictionary<OrganisationId, long> searched = [];
    readonly Lock gate = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await availability.Ready.WaitAsync(stoppingToken);
        availability.Followed += Hear;
        duties.Taken += Take;
        try
        {
            await Task.WhenAll(StepAsync(stoppingToken), WakeAsync(stoppingToken));
        }
        finally
        {
            duties.Apply(DutyKind.LivePlans, []);
            duties.Taken -= Take;
            availability.Followed -= Hear;
        }
    }

    void Hear(FeedEntry entry)
    {
        if (!MayConcernToday(entry.Event, availability.Now.InUtc().Date)) return;
        if (entry.Event.Contractor.Value != 0) Wake(entry.Event.Contractor);
        else WakeAll();
    }

    /// <summary>
    /// Most of what is booked is for later days: a plan reads of it with the next minute. Wherever on earth it is, today is at most a day
    /// away from the date in Greenwich; what left a diary does not tell its day.
    /// </summary>
    static bool MayConcernToday(BookingEvent happened, LocalDate today) =>
        happened.Kind.ChangesRegistry() || happened.Moves.Count > 0 || happened.Diaries.Any(diary => diary.Removed.Count > 0
            || diary.Put.Any(visit => visit.Day >= today.PlusDays(-1) && visit.Day <= today.PlusDays(1)));

    /// <summary>Whoever had it before may have left something undone.</summary>
    void Take(Duty duty)
    {
        foreach (var contractor in availability.Contractors.Where(one => LivePlanFactory.DutyOf(one) == duty)) Wake(contractor);
    }

    void WakeAll()
    {
        duties.Apply(DutyKind.LivePlans, [.. availability.Contractors.Select(one => LivePlanFactory.DutyOf(one).Number)]);
        foreach (var contractor in availability.Contractors) Wake(contractor);
    }

    void Wake(OrganisationId contractor)
    {
        lock (gate)
        {
            if (queued.Add(contractor) && !waiting.Writer.TryWrite(contractor)) queued.Remove(contractor);
        }
    }

    async Task StepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        do WakeAll();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task WakeAsync(CancellationToken stoppingToken)
    {
        await foreach (var contractor in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            // What happens from here on wakes it again.
            lock (gate) queued.Remove(contractor);
            if (!duties.Holds(LivePlanFactory.DutyOf(contractor))) continue;
            try
            {
                var plan = grains.GetGrain<IPlanGrain>(contractor.ToString());
                await plan.Follow();
                if (!IsDue(contractor)) continue;
                await plan.Improve();
                await plan.Follow();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFollowFailed(contractor, failure);
            }
        }
    }

    /// <summary>Improvements are looked for once a step, whatever else happens.</summary>
    bool IsDue(OrganisationId contractor)
    {
        var now = time.GetTimestamp();
        if (searched.TryGetValue(contractor, out var last) && time.GetElapsedTime(last, now) < SearchEvery) return false;
        searched[contractor] = now;
        return true;
    }

    [LoggerMessage(2211, LogLevel.Warning, "The plan of contractor {Contractor} could not follow the feed; the next minute tries again.")]
    partial void LogFollowFailed(OrganisationId contractor, Exception failure);
}
