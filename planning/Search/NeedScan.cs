using System.Buffers;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.Search;

/// <summary>One need's answer for one window.</summary>
internal struct NeedAnswer
{
    public int Operatives;
    public float Metres;
    public RefusalReason Reason;

    /// <summary>The cheapest operatives, the cheapest first; null unless candidates were asked for.</summary>
    public List<Candidate>? Candidates;
}

/// <summary>Looks through the diaries of everybody who may do one need, for all windows at once.</summary>
internal static class NeedScan
{
    /// <summary>Most candidates that are kept for a window.</summary>
    public const int MaxCandidates = 12;

    /// <param name="windows">In order of day, at most 16 a day; closed ones are passed over and answered with their reason.</param>
    public static NeedAnswer[] Run(AvailabilityIndex index, SlotQuery query, VisitNeed need, IReadOnlyList<BookingWindow> windows, bool candidates)
    {
        var roster = index.Roster;
        var people = new Eligibility(roster, need, query.Contract, query.Patch);
        var answers = new NeedAnswer[windows.Count];
        var days = DaysOf(index, query, roster, windows);
        var scratch = ArrayPool<WindowHit>.Shared.Rent(WindowScan.MaxWindows);
        foreach (var (operative, lastDay) in people.People)
        {
            var seconds = operative.Operative.SecondsFor(need.StandardMinutes);
            foreach (ref readonly var day in days.AsSpan())
            {
                if (day.Day > lastDay) break;
                var hits = scratch.AsSpan(0, day.Starts.Length);
                day.Scan.Day(roster.Slab, index.BlockOf(operative.Slot, day.RingIndex), seconds, day.SetOffAfter, day.Starts, hits);
                ref var block = ref roster.Slab[index.BlockOf(operative.Slot, day.RingIndex)];
                for (var i = 0; i < hits.Length; i++)
                    Merge(ref answers[day.First + i], hits[i], block.WorkingSeconds > 0, operative, candidates);
            }
        }

        ArrayPool<WindowHit>.Shared.Return(scratch);
        Explain(answers, windows, people);
        return answers;
    }

    static void Merge(ref NeedAnswer answer, in WindowHit hit, bool works, OperativeDays operative, bool candidates)
    {
        if (hit.Metres == float.PositiveInfinity)
        {
            if (answer.Operatives > 0) return;
            var reason = hit.OnlyReserve ? RefusalReason.HeldForEmergencies
                : hit.HasTime ? RefusalReason.NobodyInTime
                : works ? RefusalReason.AllFull
                : RefusalReason.NobodyWorking;
            // The reasons are numbered in the order in which they are asked: the furthest that anybody gets is told.
            if (reason > answer.Reason) answer.Reason = reason;
            return;
        }

        answer.Metres = answer.Operatives == 0 ? hit.Metres : MathF.Min(answer.Metres, hit.Metres);
        answer.Operatives++;
        answer.Reason = RefusalReason.None;
        if (!candidates) return;
        var list = answer.Candidates ??= [];
        var at = list.Count;
        while (at > 0 && list[at - 1].AddedMetres > hit.Metres) at--;
        if (at == MaxCandidates) return;
        list.Insert(at, new Candidate(operative.Operative.Id, hit.Metres));
        if (list.Count > MaxCandidates) list.RemoveAt(MaxCandidates);
    }

    static void Explain(NeedAnswer[] answers, IReadOnlyList<BookingWindow> windows, Eligibility people)
    {
        for (var i = 0; i < answers.Length; i++)
        {
            ref var answer = ref answers[i];
            if (!windows[i].IsOpen) answer.Reason = windows[i].Closed;
            else if (answer.Operatives == 0 && people.Missing(windows[i].Day) is var missing and not RefusalReason.None) answer.Reason = missing;
            else if (answer.Operatives == 0 && answer.Reason == RefusalReason.None) answer.Reason = RefusalReason.NobodyWorking;
        }
    }

    /// <summary>The days that have an open window, each with its windows in seconds of that day.</summary>
    static ScanDay[] DaysOf(AvailabilityIndex index, SlotQuery query, Roster roster, IReadOnlyList<BookingWindow> windows)
    {
        var days = new List<ScanDay>();
        for (var first = 0; first < windows.Count;)
        {
            var day = windows[first].Day;
            var end = first;
            while (end < windows.Count && windows[end].Day == day) end++;
            var isSearchable = day >= roster.FirstDay && day < roster.FirstDay.PlusDays(index.Days);
            for (var from = first; from < end && isSearchable;)
            {
                // Runs of open windows that leave the same share free are scanned together.
                var to = from;
                while (to < end && to - from < WindowScan.MaxWindows && IsAlike(windows[from], windows[to])) to++;
                if (to > from) days.Add(DayOf(index, query, windows, from, to));
                from = Math.Max(to, from + 1);
            }

            first = end;
        }

        return [.. days];
    }

    static bool IsAlike(BookingWindow first, BookingWindow other) => other.IsOpen && other.ReservePercent == first.ReservePercent;

    static ScanDay DayOf(AvailabilityIndex index, SlotQuery query, IReadOnlyList<BookingWindow> windows, int from, int to)
    {
        var clock = index.ClockOf(windows[from].Day);
        var starts = new StartWindow[to - from];
        var setOffAfter = 0;
        for (var i = from; i < to; i++)
        {
            var request = StopRequest.For(query.Point, 0, windows[i].Promise, clock, query.Now);
            starts[i - from] = new StartWindow(request.Earliest, request.Latest);
            setOffAfter = request.SetOffAfter;
        }

        var pieces = index.Travel.Profile.PiecesUntil(36 * 3600);
        var scan = new WindowScan(index.Travel, query.Point, windows[from].ReservePercent, pieces);
        return new ScanDay(clock.Day, index.RingIndexOf(clock.Day), from, setOffAfter, starts, scan);
    }

    readonly record struct ScanDay(LocalDate Day, int RingIndex, int First, int SetOffAfter, StartWindow[] Starts, WindowScan Scan);
}
