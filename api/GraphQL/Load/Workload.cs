using Microsoft.EntityFrameworkCore;
using NodaTime;
using OrleansScheduling.Api.GraphQL.Reports;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Load;

/// <summary>
/// Adds up what operatives can do from the diaries in memory, and what is booked and waits from the record: two statements, however many
/// days and people.
/// </summary>
public sealed class Workload(Records records, RegistryCache registry, AvailabilityService availability)
{
    sealed class Key
    {
        public DateOnly? Day { get; init; }

        public string? Area { get; init; }

        public string? Trade { get; init; }
    }

    internal async Task<IReadOnlyList<LoadLine>> AddUpAsync(
        DateOnly from, int days, IReadOnlySet<LoadDimension> by, CancellationToken cancellationToken)
    {
        records.Demand(AccessAction.Read, RecordKind.Diary);
        var lines = new LoadLines(by);
        foreach (var operative in Operatives())
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddCapacity(lines, operative, LocalDate.FromDateOnly(from), days);
        }

        await AddBookedAsync(lines, from, from.AddDays(days), cancellationToken);
        if (!lines.IsByDay) await AddWaitingAsync(lines, cancellationToken);
        return lines.Sorted();
    }

    IEnumerable<Operative> Operatives()
    {
        var scope = records.Scope;
        return registry.Current.Operatives.Values.Where(operative => operative.Contractor == scope.Organisation && scope.Sees(operative));
    }

    void AddCapacity(LoadLines lines, Operative operative, LocalDate from, int days)
    {
        if (availability.IndexOf(operative.Id) is not { } index) return;
        for (var day = from; days-- > 0; day = day.PlusDays(1))
        {
            if (index.LoadOf(operative.Id, day) is not { } load) continue;
            lines.Of(day.ToDateOnly(), operative.HomePatch.Value, operative.Trades.Count > 0 ? operative.Trades[0].Value : null).Add(load);
        }
    }

    async Task AddBookedAsync(LoadLines lines, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        var booked = await records.AskAsync(
            RecordKind.Appointment,
            (context, stop) => context.Visits.Where(row => row.Day >= from && row.Day < until)
                .GroupBy(Grouping.KeyOf<VisitRecord, Key>(
                    row => new Key { Day = row.Day, Area = row.Patch, Trade = row.Trade }, lines.Wanted))
                .Select(group => new { group.Key, Count = group.Count(), Minutes = group.Sum(row => row.Minutes) })
                .Take(LoadLines.Max + 1).ToListAsync(stop),
            cancellationToken);
        foreach (var one in booked)
        {
            var line = lines.Of(one.Key.Day, one.Key.Area, one.Key.Trade);
            (line.BookedVisits, line.BookedMinutes) = (line.BookedVisits + one.Count, Math.Round(line.BookedMinutes + one.Minutes, 1));
        }
    }

    async Task AddWaitingAsync(LoadLines lines, CancellationToken cancellationToken)
    {
        var waiting = await records.AskAsync(
            RecordKind.Job,
            (context, stop) => context.Jobs.Where(row => row.Status == JobStatus.Logged)
                .GroupBy(Grouping.KeyOf<JobRecord, Key>(row => new Key { Area = row.Patch, Trade = row.Trade }, lines.Wanted))
                .Select(group => new { group.Key, Count = group.Count(), Minutes = group.Sum(row => row.StandardMinutes) })
                .Take(LoadLines.Max + 1).ToListAsync(stop),
            cancellationToken);
        foreach (var one in waiting)
        {
            var line = lines.Of(null, one.Key.Area, one.Key.Trade);
            (line.WaitingJobs, line.WaitingMinutes) = ((line.WaitingJobs ?? 0) + one.Count, (line.WaitingMinutes ?? 0) + one.Minutes);
        }

        foreach (var line in lines.All) (line.WaitingJobs, line.WaitingMinutes) = (line.WaitingJobs ?? 0, line.WaitingMinutes ?? 0);
    }
}
