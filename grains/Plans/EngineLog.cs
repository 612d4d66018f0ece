using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>What the engine has done, as the feed has it.</summary>
/// <param name="Note">What was gained, and why.</param>
internal sealed record EngineDeed(long Position, Instant At, EventKind Kind, string Note, IReadOnlyList<VisitMove> Moves);

/// <summary>What the engine did to one working day, read from the feed: a process that starts anew knows it too.</summary>
internal sealed class EngineLog
{
    /// <summary>The last that are shown; a planner looks at what is new.</summary>
    public const int MaxDeeds = 200;

    /// <summary>Pages of the feed that are looked through at start for what was done before.</summary>
    const int MaxPages = 20;

    readonly List<EngineDeed> deeds = [];
    (double Minutes, double Metres, double Risk) gained;
    string why = "";

    /// <summary>The newest last.</summary>
    public IReadOnlyList<EngineDeed> Deeds => deeds;

    /// <returns>What happened to the contractor's plans since the day began, the oldest first.</returns>
    public async Task<IReadOnlyList<FeedEntry>> ReadAsync(
        IFeed feed, OrganisationId contractor, long position, DayClock clock, CancellationToken cancellationToken)
    {
        deeds.Clear();
        var found = new List<FeedEntry>();
        var before = position + 1;
        for (var page = 0; page < MaxPages; page++)
        {
            var entries = await feed.ReadBackAsync(before, IFeed.MaxPage, cancellationToken);
            found.AddRange(entries.Where(entry => entry.Event.Contractor == contractor));
            if (entries.Count == 0 || entries[^1].Event.At < clock.Start) break;
            before = entries[^1].Position;
        }

        found.Reverse();
        found.RemoveAll(entry => entry.Event.At < clock.Start);
        foreach (var entry in found) Follow(entry, clock);
        return found;
    }

    public void Follow(FeedEntry entry, DayClock clock)
    {
        var happened = entry.Event;
        if (happened.Actor != BookingEvent.Engine || happened.At < clock.Start) return;
        if (!happened.Diaries.Any(change => change.Put.Any(visit => visit.Day == clock.Day))) return;
        // What this process has committed comes by the feed again.
        if (deeds.Exists(deed => deed.Position == entry.Position)) return;
        deeds.Add(new EngineDeed(entry.Position, happened.At, happened.Kind, happened.Note ?? "", happened.Moves));
        if (deeds.Count > MaxDeeds) deeds.RemoveAt(0);
    }

    /// <summary>Adds to what the next commit gains.</summary>
    public void Gain(PlanDiff diff, string because)
    {
        if (diff.IsEmpty) return;
        gained = (gained.Minutes + diff.GainMinutes, gained.Metres + diff.GainMetres, gained.Risk + diff.GainRiskMinutes);
        if (because.Length > 0) why = because;
    }

    /// <summary>What was gained is told.</summary>
    public void Settled() => (gained, why) = ((0, 0, 0), "");

    public string NoteOf(Rearrangement group) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(why.Length > 0 ? why : "The plan was put right.")} {group.Moves.Count} visits: {gained.Minutes:+0.0;-0.0;0} min and "
        + $"{gained.Metres / 1000:+0.0;-0.0;0} km of travel saved, risk {-gained.Risk:+0;-0;0} min.");
}
