using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Planning.Tests;

/// <summary>The slow model of a search: every operative's day is rebuilt and tried by exhaustive simulation, one window after the
/// other.</summary>
static class PlainSearch
{
    public static (int Operatives, float Metres, RefusalReason Reason) Answer(AvailabilityIndex index, RandomRoster roster, SlotQuery query,
        BookingWindow window)
    {
        if (!window.IsOpen) return (0, 0, window.Closed);
        var need = query.Requirement.Needs[0];
        var (count, metres, reason) = (0, float.PositiveInfinity, RefusalReason.None);
        foreach (var (operative, _) in roster.People)
        {
            var hurdle = Hurdle(operative, need, query, window);
            if (hurdle == RefusalReason.None)
            {
                (hurdle, var added) = Try(index, operative, need, query, window);
                if (hurdle == RefusalReason.None)
                {
                    count++;
                    metres = MathF.Min(metres, added);
                }
            }

            if (hurdle > reason) reason = hurdle;
        }

        return count > 0 ? (count, MathF.Max(0, metres), RefusalReason.None)
            : (0, 0, reason == RefusalReason.None ? RefusalReason.NobodyWithTrade : reason);
    }

    static RefusalReason Hurdle(Domain.Workforce.Operative operative, VisitNeed need, SlotQuery query, BookingWindow window)
    {
        if (!operative.HasTrade(need.Trade)) return RefusalReason.NobodyWithTrade;
        if (!operative.HasSkills(need.Skills, window.Day)) return RefusalReason.NobodyWithSkill;
        if (!operative.IsClearedFor(query.Contract.Id, window.Day)) return RefusalReason.NobodyCleared;
        return operative.Covers(query.Patch) ? RefusalReason.None : RefusalReason.NobodyCoversPatch;
    }

    static (RefusalReason Reason, float Metres) Try(
        AvailabilityIndex index, Domain.Workforce.Operative operative, VisitNeed need, SlotQuery query, BookingWindow window)
    {
        if (index.Day(operative.Id, window.Day) is not { } day) return (RefusalReason.NobodyWorking, 0);
        var clock = new DayClock(window.Day, SearchWorld.Contractor.Zone);
        var request = StopRequest.For(query.Point, operative.SecondsFor(need.StandardMinutes), window.Promise, clock, query.Now);
        var places = PlainRoute.Insertions(day, request);
        if (places.Count == 0)
        {
            if (PlainRoute.FitsWithoutTravel(day, request)) return (RefusalReason.NobodyInTime, 0);
            var works = day.Bounds.Day.Start <= request.Latest && request.Earliest < day.Bounds.Day.End;
            return (works ? RefusalReason.AllFull : RefusalReason.NobodyWorking, 0);
        }

        var cheapest = places.Min(place => place.AddedMetres);
        var lent = Math.Max(
            operative.HomePatch == query.Patch ? 0 : window.Kept.ForHomePatch,
            operative.DedicatedTo is null && operative.Clearances.Any(
                other => other.Contract != query.Contract.Id && !(other.LastValidDay < window.Day)) ? window.Kept.ForOthers : 0);
        var max = DiaryDay.MaxAddedMetres(
            day.FreeSeconds, day.Bounds.Day.WorkingSeconds, Math.Max(lent, window.Kept.ForEmergencies), request.Seconds,
            index.Travel.Profile);
        if (cheapest <= max) return (RefusalReason.None, cheapest);
        return (lent > window.Kept.ForEmergencies ? RefusalReason.KeptForOtherWork : RefusalReason.HeldForEmergencies, 0);
    }
}
