using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Plans;

/// <summary>One day of one contractor's diaries as they are recorded, as far as this process has heard.</summary>
internal sealed class DayBook(DayClock clock)
{
    readonly Dictionary<OperativeId, Diary> diaries = [];

    public DayClock Clock => clock;

    public IEnumerable<Visit> Visits => diaries.Values.SelectMany(diary => diary.Visits);

    public Diary? Find(OperativeId operative) => diaries.GetValueOrDefault(operative);

    /// <summary>Takes over a diary as it was read, unless a newer version of it is known.</summary>
    public void Load(DiaryRecord read)
    {
        if (diaries.TryGetValue(read.Operative, out var known) && known.Version >= read.Version) return;
        diaries[read.Operative] = Diary.Of(read.Operative, read.Version, read.Visits.Where(visit => visit.Day == clock.Day));
    }

    public void Open(OperativeId operative) => diaries.TryAdd(operative, Diary.Of(operative, 0, []));

    /// <summary>Follows a change of a diary that is in the book.</summary>
    /// <returns>False when a change before it was missed: the diary has to be read again.</returns>
    public bool Follow(DiaryChange change)
    {
        if (!diaries.TryGetValue(change.Operative, out var known) || change.Version <= known.Version) return true;
        if (change.Version != known.Version + 1) return false;
        // What is put on another day leaves this one.
        var elsewhere = change.Put.Where(visit => visit.Day != clock.Day).Select(visit => visit.Id);
        diaries[change.Operative] = known.Apply(change with
        {
            Put = [.. change.Put.Where(visit => visit.Day == clock.Day)],
            Removed = [.. change.Removed, .. elsewhere],
        });
        return true;
    }

    /// <summary>Whether a change of a diary that is in the book concerns this day.</summary>
    public bool Touches(DiaryChange change)
    {
        var known = diaries.GetValueOrDefault(change.Operative);
        bool IsHere(VisitId visit) => known?.Find(clock.Day, visit) is not null;
        return change.Put.Any(visit => visit.Day == clock.Day || IsHere(visit.Id)) || change.Removed.Any(IsHere);
    }

    public bool Has(OperativeId operative) => diaries.ContainsKey(operative);
}
