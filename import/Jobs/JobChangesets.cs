using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Import.Jobs;

/// <summary>
/// What placed jobs are to the ledger: a changeset for each, after one for each diary whose recorded visits moved to make room.
/// </summary>
sealed class JobChangesets
{
    /// <summary>The actor of everything that an import records.</summary>
    const string Actor = "import";

    readonly ImportRun _run;
    readonly DayBook _book;
    readonly Dictionary<OperativeId, long> _versions = [];

    JobChangesets(ImportRun run, DayBook book)
    {
        _run = run;
        _book = book;
    }

    public static IReadOnlyList<Changeset> Of(IReadOnlyList<JobDraft> drafts, DayBook book, ImportRun run)
    {
        var changesets = new JobChangesets(run, book);
        return [.. changesets.Replans(), .. drafts.Select(changesets.JobChangeset)];
    }

    IEnumerable<Changeset> Replans()
    {
        foreach (var pages in _book.Pages.GroupBy(page => page.Operative.Id))
        {
            var moved = pages.SelectMany(page => page.Moved()).ToList();
            if (moved.Count == 0) continue;
            var operative = pages.First().Operative;
            var contract = moved[0].Contract;
            var diary = new DiaryChange(operative.Id, NextVersion(operative.Id), moved, []);
            yield return new Changeset(
                new BookingEvent(EventKind.DiaryReplanned, _run.Now, ClientOf(contract), operative.Contractor, contract, null, 0, Actor,
                    null, null, null, [diary], []),
                [],
                null);
        }
    }

    OrganisationId ClientOf(ContractId contract) => _run.Registry.Contract(contract).Client;

    Changeset JobChangeset(JobDraft draft)
    {
        var zone = _run.Registry.Organisation(draft.Contract.Contractor).Zone;
        var visits = draft.Visits.Select(visit => VisitOf(draft, visit, zone)).ToList();
        var promise = draft.Appointments.TryGetValue(1, out var first) ? PromiseOf(first, zone) : (Promise?)null;
        var job = new Job(
            draft.Id, 1, draft.Contract.Id, draft.Contract.Client, draft.Contract.Contractor, draft.Property!.Id,
            [.. draft.Items.Select(item => item.Code)], draft.Description, draft.Requirement!.Emergency, draft.Status,
            DayClock.InstantOf(draft.Reported, zone), promise, null,
            [.. visits.Select(visit => new VisitPlace(visit.Id, visit.Operative, visit.Day, visit.Stage, visit.State))], visits.Count);
        var diaries = visits.GroupBy(visit => visit.Operative)
            .Select(own => new DiaryChange(own.Key, NextVersion(own.Key), [.. own], [])).ToList();
        var quotas = first is null ? []
            : QuotaBook.ChangesFor(draft.Contract, first.Day, first.Window.Code, draft.Property.Patch);
        var kind = draft.Status switch
        {
            JobStatus.Booked or JobStatus.Completed => EventKind.BookingMade,
            JobStatus.Cancelled => EventKind.BookingCancelled,
            _ => EventKind.JobLogged,
        };
        var note = kind == EventKind.BookingCancelled ? "Cancelled before the import." : null;
        return new Changeset(
            new BookingEvent(kind, _run.Now, job.Client, job.Contractor, job.Contract, job.Id, 1, Actor, promise, null, note, diaries,
                quotas),
            [job],
            draft.Key);
    }

    Visit VisitOf(JobDraft draft, PlacedVisit placed, DateTimeZone zone)
    {
        var (start, end) = _book.PageOf(placed.Operative, placed.Appointment.Day).TimesOf(placed.Id);
        return new Visit(
            placed.Id, placed.Operative.Id, draft.Contract.Id, placed.Appointment.Day, start, end, PromiseOf(placed.Appointment, zone),
            draft.Property!.Place, placed.Appointment.Stage, placed.StartFixed,
            draft.Status == JobStatus.Completed ? VisitState.Completed : VisitState.Booked, null);
    }

    static Promise PromiseOf(AppointmentDraft appointment, DateTimeZone zone) =>
        BookingRulesCheck.PromiseOf(appointment.Window, new DayClock(appointment.Day, zone));

    long NextVersion(OperativeId operative)
    {
        var version = _versions.GetValueOrDefault(operative, _book.VersionOf(operative)) + 1;
        return _versions[operative] = version;
    }
}
