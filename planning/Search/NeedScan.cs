using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Planning.Search;

/// <summary>One need's answer for one window.</summary>
internal struct NeedAnswer
{
    public int Operatives;
    public float Metres;
    public RefusalReason Reason;

    /// <summary>The cheapest operatives, the cheapest first; null when none could do it, or none were asked for.</summary>
    public List<Candidate>? Candidates;
}

/// <summary>Looks through the diaries of everybody who may do one need, for all windows at once.</summary>
internal static unsafe class NeedScan
{
    /// <param name="windows">In order of day; closed ones are passed over and answered with their reason.</param>
    /// <param name="most">How many of the cheapest candidates are kept for each window.</param>
    public static NeedAnswer[] Run(AvailabilityIndex index, SlotQuery query, VisitNeed need, IReadOnlyList<BookingWindow> windows, int most)
    {
        var roster = index.Roster;
        var people = roster.Eligible(need, query.Contract, query.Patch);
        var answers = new NeedAnswer[windows.Count];
        var days = ScanDay.Of(index, query, roster.FirstDay, windows);
        using var scan = new WindowScan(index.Travel, query.Point);
        var isGivingUp = query.Leaving.Count > 0;
        Span<WindowHit> scratch = stackalloc WindowHit[WindowScan.MaxWindows];
        foreach (var (operative, lastDay) in people.People)
        {
            var seconds = operative.Operative.SecondsFor(need.StandardMinutes);
            var blocks = roster.Slab.FirstOf(operative.Slot);
            var lastNumber = ScanDay.NumberOf(lastDay);
            foreach (ref readonly var day in days.AsSpan())
            {
                if (day.Number > lastNumber) break;
                var hits = scratch[..day.Starts.Length];
                var known = answers.AsSpan(day.First, hits.Length);
                var ties = day.Kept.IsAlikeForAll
                    ? default : WorkTies.Of(operative.Operative, query.Contract.Id, query.Patch, day.Clock.Day);
                var (kept, keptReason) = (day.Kept.PercentFor(ties), day.Kept.ReasonFor(ties));
                if (!day.IsIndexed
                    || (isGivingUp && query.IsLeaving(operative.Operative.Id, day.Clock.Day))
                    || !scan.Day(roster.Slab, blocks + day.RingIndex, seconds, kept, day, known, hits)
                    || (day.SetOffAfter > 0 && HasAny(hits, known)))
                    day.Scan(query.DayOf(index, operative.Operative.Id, day.Clock), query.Point, seconds, kept, index.Travel, hits);
                for (var i = 0; i < hits.Length; i++)
                {
                    if (known[i].Operatives == 0 || hits[i].Metres < float.PositiveInfinity)
                        Merge(ref known[i], hits[i], operative, keptReason, most);
                }
            }
        }

        // The scan reads the slab's memory by address.
        GC.KeepAlive(roster.Slab);
        Explain(answers, windows, people);
        return answers;
    }

    /// <summary>
    /// Whether a day seems to have room for something. On the present day the blocks, which know nothing of the time of day, promise too
    /// much, and never too little: such a day is looked at again, gap by gap. Most are full, or their people are not at work.
    /// </summary>
    static bool HasAny(ReadOnlySpan<WindowHit> hits, ReadOnlySpan<NeedAnswer> known)
    {
        for (var i = 0; i < hits.Length; i++)
        {
            var hasTime = known[i].Operatives == 0 && hits[i].HasTime;
            if (hasTime || hits[i].OnlyKept || hits[i].Metres < float.PositiveInfinity) return true;
        }

        return false;
    }

    static void Merge(ref NeedAnswer answer, in WindowHit hit, OperativeDays operative, RefusalReason keptReason, int most)
    {
        if (hit.Metres == float.PositiveInfinity)
        {
            if (answer.Operatives > 0) return;
            var reason = hit.OnlyKept ? keptReason
                : hit.HasTime ? RefusalReason.NobodyInTime
                : hit.Works ? RefusalReason.AllFull
                : RefusalReason.NobodyWorking;
            // The reasons are numbered in the order in which they are asked: the furthest that anybody gets is told.
            if (reason > answer.Reason) answer.Reason = reason;
            return;
        }

        answer.Metres = answer.Operatives == 0 ? hit.Metres : MathF.Min(answer.Metres, hit.Metres);
        answer.Operatives++;
        answer.Reason = RefusalReason.None;
        if (most == 0) return;
        var list = answer.Candidates ??= [];
        var at = list.Count;
        while (at > 0 && list[at - 1].AddedMetres > hit.Metres) at--;
        if (at == most) return;
        list.Insert(at, new Candidate(operative.Operative.Id, hit.Metres));
        if (list.Count > most) list.RemoveAt(most);
    }

    static void Explain(NeedAnswer[] answers, IReadOnlyList<BookingWindow> windows, Eligibility people)
    {
        for (var i = 0; i < answers.Length; i++)
        {
            ref var answer = ref answers[i];
            if (!windows[i].IsOpen) answer.Reason = windows[i].Closed;
            else if (answer.Operatives == 0 && people.Missing(windows[i].Day) is var missing and not RefusalReason.None) answer.Reason =
                missing;
            else if (answer.Operatives == 0 && answer.Reason == RefusalReason.None) answer.Reason = RefusalReason.NobodyWorking;
        }
    }
}
