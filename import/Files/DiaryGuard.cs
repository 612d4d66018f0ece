using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Jobs;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import.Files;

/// <summary>
/// Refuses a change to working time that would leave visits which cannot be kept: an import never makes an infeasible day. Days
/// that are infeasible already are not made worse by refusing the file, and do not count.
/// </summary>
static class DiaryGuard
{
    /// <summary>How many operatives' diaries one question asks the ledger for.</summary>
    const int OperativesPerRead = 500;

    /// <param name="operatives">As they would be after the change; new ones have no diary.</param>
    /// <param name="isBankHoliday">As it would be after the change.</param>
    /// <param name="refuse">Told of each day that would become impossible.</param>
    public static async Task CheckAsync(
        IReadOnlyList<Operative> operatives,
        Func<OrganisationId, LocalDate, bool> isBankHoliday,
        Action<Operative, LocalDate, string> refuse,
        ImportRun run,
        CancellationToken cancellationToken)
    {
        var known = operatives.Where(operative => operative.Id != default).ToDictionary(operative => operative.Id);
        foreach (var ids in known.Keys.Chunk(OperativesPerRead))
        {
            // A diary day may have begun yesterday in some time zone.
            var from = run.Now.InUtc().Date.PlusDays(-1);
            foreach (var diary in await run.Ledger.LoadDiariesAsync(ids, from, cancellationToken))
            {
                foreach (var day in diary.Visits.Where(visit => visit.End > run.Now && visit.State != VisitState.Completed).GroupBy(visit =>
                    visit.Day))
                    CheckDay(known[diary.Operative], day.Key, [.. day], isBankHoliday, refuse, run);
            }
        }
    }

    static void CheckDay(
        Operative operative,
        LocalDate day,
        IReadOnlyList<Visit> visits,
        Func<OrganisationId, LocalDate, bool> isBankHoliday,
        Action<Operative, LocalDate, string> refuse,
        ImportRun run)
    {
        var organisation = run.Registry.Organisation(operative.Contractor);
        var clock = new DayClock(day, organisation.Zone);
        var recorded = run.Registry.Operative(operative.Contractor, operative.Reference) ?? operative;
        if (IsFeasible(operative, clock, visits, date => isBankHoliday(operative.Contractor, date), run.Travel)) return;
        if (!IsFeasible(recorded, clock, visits, run.Registry.BankHolidaysOf(operative.Contractor).Contains, run.Travel)) return;
        refuse(operative, day, $"{operative.Reference} has {visits.Count} visit{(visits.Count == 1 ? "" : "s")} on {day:uuuu-MM-dd} that "
            + $"could not be kept. Move them first.");
    }

    static bool IsFeasible(
        Operative operative, DayClock clock, IReadOnlyList<Visit> visits, Func<LocalDate, bool> isBankHoliday, ITravel travel)
    {
        var day = Availability.On(operative, clock, isBankHoliday);
        if (day is null) return false;
        var stops = visits.Select(visit => Stop.Of(visit, clock)).OrderBy(stop => stop.Start).ToImmutableArray();
        return new DiaryDay(DayBook.BoundsOf(operative, day), stops, travel).IsFeasible;
    }
}
