using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;

namespace OrleansScheduling.Grains.Booking;

/// <summary>Carries out what is told of a visit on its day: the visit, its job and the rest of the diary's day in one changeset.</summary>
internal sealed class VisitReports(Bookings bookings)
{
    /// <summary>For the counts of commands.</summary>
    public static string NameOf(ReportVisit command) =>
        Enum.IsDefined((VisitReportKind)command.Kind) ? ((VisitReportKind)command.Kind).ToString() : nameof(VisitReportKind.None);

    public Refusal? FaultOf(ReportVisit command)
    {
        var kind = (VisitReportKind)command.Kind;
        if (kind == VisitReportKind.None || !Enum.IsDefined(kind))
        {
            return Command.Invalid(
                "kind", command.Kind.ToString(CultureInfo.InvariantCulture), "SetOut, Start, Extend, Finish, NoAccess, Pin or Unpin");
        }

        if (command.At is { } at && Instant.FromDateTimeOffset(at) > bookings.Now)
            return Command.Invalid("at", at.ToString("O", CultureInfo.InvariantCulture), "a moment that has passed");
        if (kind == VisitReportKind.Extend && command.MinutesLonger is < 1 or > VisitReport.MaxMinutesLonger)
        {
            return Command.Invalid(
                "minutes", command.MinutesLonger.ToString(CultureInfo.InvariantCulture),
                $"1 to {VisitReport.MaxMinutesLonger} minutes");
        }

        var least = kind == VisitReportKind.NoAccess ? 1 : 0;
        return Command.TextFault("reason", command.Reason, least, VisitReport.MaxReasonLength);
    }

    public async Task<CommandAnswer> RunAsync(JobId id, ReportVisit command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(id, command);
        var viewpoint = command.Context.Asker.ToDomain();
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var (changeset, refusal) = await PrepareAsync(id, command, viewpoint, identity, cancellationToken);
            if (refusal is not null) return await bookings.RefuseAsync(refusal, identity, cancellationToken);
            if (changeset is null) continue;
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status != CommitStatus.Stale) return Bookings.Answer(changeset, result);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <returns>The changeset; a refusal; or neither when job and diaries were read at different moments.</returns>
    async Task<(Changeset?, Refusal?)> PrepareAsync(
        JobId id, ReportVisit command, Viewpoint viewpoint, Command identity, CancellationToken cancellationToken)
    {
        if (await bookings.FindJobAsync(id, viewpoint, cancellationToken) is not { } job)
            return (null, Refusal.Of(RefusalReason.JobNotFound));
        var place = job.Visits.FirstOrDefault(visit => visit.Id.Number == command.Visit);
        if (place is null || !bookings.Sees(viewpoint, place.Operative)) return (null, Refusal.Of(RefusalReason.VisitNotFound));

        var (contract, property) = await bookings.StandingAsync(job, cancellationToken);
        var diaries = await bookings.DiariesAsync(job.Visits, cancellationToken);
        if (diaries[place.Operative].Find(place.Day, place.Id) is not { } visit) return (null, null);
        var (now, zone) = (bookings.Now, bookings.ZoneOf(contract));
        var at = command.At is { } told ? Instant.FromDateTimeOffset(told) : now;
        // Routes are reckoned in whole seconds: a part of one would make the visit after it overlap.
        var second = Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
        var report = new VisitReport(place.Id, (VisitReportKind)command.Kind, second, command.MinutesLonger, command.Reason);
        var decided = VisitDecisions.Decide(job, visit, report, new DayClock(place.Day, zone).Start);
        if (!decided.Succeeded) return (null, decided.Refusal);

        var works = new Dictionary<OperativeId, DiaryWork>();
        foreach (var diary in diaries.Values)
        {
            if (bookings.WorkOn(diary) is { } work) works.Add(diary.Operative, work);
        }

        if (!Bookings.Carry(decided.Value, works.GetValueOrDefault)) return (null, null);
        if (!works.TryGetValue(place.Operative, out var own)) return (null, Refusal.Of(RefusalReason.Busy));
        if (decided.Value.Told is { } after && !own.Tell(after)) return (null, null);
        if (report.Kind is not (VisitReportKind.Pin or VisitReportKind.Unpin)
            && own.Retime(place.Day, now) is var reason and not RefusalReason.None) return (null, Refusal.Of(reason));
        return (Bookings.ChangesetOf(decided.Value, contract, property.Patch, zone, works.Values, identity, now), null);
    }
}
