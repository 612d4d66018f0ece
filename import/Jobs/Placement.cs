using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;
using static OrleansScheduling.Import.Files.JobColumns;

namespace OrleansScheduling.Import.Jobs;

/// <summary>
/// Finds room in the diaries for the appointments of new jobs. Each one keeps its window or is a bad row: an import never makes an
/// infeasible day.
/// </summary>
sealed class Placement(ImportRun run, DayBook book)
{
    /// <summary>Checks what the job as a whole must be, before any of it is placed.</summary>
    public void Check(JobDraft draft)
    {
        var property = draft.Property!;
        if (!draft.Contract.Patches.Contains(property.Patch))
            Refuse(draft, draft.Row, Property, $"The property lies in patch {property.Patch}, which the contract does not serve.");
        if (VisitsOf(draft.Items) is > JobRequirement.MaxVisits and var needed)
        {
            Refuse(draft, draft.Row, SorCodes, $"Together they need {needed} visits; a job has at most {JobRequirement.MaxVisits}.");
            return;
        }

        draft.Requirement = JobRequirement.Of(draft.Items);
        var stages = draft.Requirement.Stages;
        if (draft.Status is JobStatus.Booked or JobStatus.Completed)
        {
            for (var visit = 1; visit <= stages; visit++)
            {
                if (!draft.Appointments.ContainsKey(visit))
                    Refuse(draft, draft.Row, Status,
                        $"The work takes {stages} visit{(stages == 1 ? "" : "s")}, all booked or none: visit {visit} has no appointment.");
            }
        }
        else if (draft.Appointments.Count > 0) Refuse(draft, draft.Row, Status, "A logged or cancelled job has no appointment.");

        foreach (var appointment in draft.Appointments.Values) CheckAppointment(draft, appointment, stages);
    }

    /// <summary>The visits that the codes need, over all stages and crews, reckoned as <see cref="JobRequirement.Of"/> does.</summary>
    static int VisitsOf(IReadOnlyList<SorItem> items) => Enumerable.Range(0, items.Max(item => item.VisitsNeeded))
        .Sum(stage => items.Where(item => item.VisitsNeeded > stage).GroupBy(item => item.Trade)
            .Sum(trade => trade.Max(item => item.OperativesNeeded)));

    void CheckAppointment(JobDraft draft, AppointmentDraft appointment, int stages)
    {
        var (day, row) = (appointment.Day, appointment.Row);
        if (appointment.Visit > stages) Refuse(draft, row, Files.JobColumns.Visit,
            $"The work takes {stages} visit{(stages == 1 ? "" : "s")}.");
        if (!draft.Contract.IsInForceOn(day)) Refuse(draft, row, Day, $"The contract is not in force on {day:uuuu-MM-dd}.");
        if (!appointment.Window.Days.Includes(day)) Refuse(draft, row, Window,
            $"The window is not offered on {day:uuuu-MM-dd}, a {day.DayOfWeek}.");
        var today = run.DaysOf(run.Registry.Organisation(draft.Contract.Contractor)).Today;
        if (draft.Status == JobStatus.Booked && appointment.Stage == 0 && day < today)
            Refuse(draft, row, Day, $"{day:uuuu-MM-dd} is past: the job is completed or cancelled by now.");
        if (draft.Status == JobStatus.Completed && day > today) Refuse(draft, row, Day,
            $"{day:uuuu-MM-dd} is yet to come: the job is not completed.");
        if (!draft.Appointments.TryGetValue(appointment.Visit - 1, out var before)) return;
        var gap = draft.Requirement!.Needs.Where(need => need.Stage == appointment.Stage).Select(need => need.GapDays)
            .DefaultIfEmpty(1).Max();
        if (day < before.Day.PlusDays(gap)) Refuse(draft, row, Day,
            $"Visit {appointment.Visit} is at least {gap} day{(gap == 1 ? "" : "s")} after visit {appointment.Visit - 1}, on "
            + $"{before.Day:uuuu-MM-dd}.");
    }

    /// <summary>Places one appointment of a job that passed <see cref="Check"/>.</summary>
    public void Place(JobDraft draft, AppointmentDraft appointment)
    {
        var needs = draft.Requirement!.Needs.Where(need => need.Stage == appointment.Stage).ToList();
        var (crew, rule) = Crews.Assign(needs, appointment.Operatives, draft.Contract, draft.Property!.Patch, appointment.Day);
        if (crew is null)
        {
            Refuse(draft, appointment.Row, Operatives, rule!);
            return;
        }

        var pages = crew.Select(place => book.PageOf(place.Operative, appointment.Day)).ToList();
        var idle = pages.Find(page => page.Plan is null);
        if (idle is not null)
        {
            Refuse(draft, appointment.Row, Day,
                $"{idle.Operative.Reference} does not work on {appointment.Day:uuuu-MM-dd}, a {appointment.Day.DayOfWeek}.");
            return;
        }

        var requests = crew.Select((place, index) => RequestFor(draft, appointment, place.Need, place.Operative, pages[index].Clock))
            .ToList();
        if (crew.Count == 1) PlaceOne(draft, appointment, pages[0], requests[0]);
        else PlaceCrews(draft, appointment, needs, crew, pages, requests);
    }

    StopRequest RequestFor(JobDraft draft, AppointmentDraft appointment, VisitNeed need, Operative operative, DayClock clock)
    {
        var present = PresentFor(draft, appointment, clock);
        return new(
            GroundPoint.Of(draft.Property!.Place),
            operative.SecondsFor(need.StandardMinutes),
            Math.Max(present, clock.SecondAt(appointment.Window.Start)),
            // Arrival before the window's end: the last second that keeps the promise is the one before it.
            clock.SecondAt(appointment.Window.End) - 1,
            present);
    }

    /// <summary>
    /// The present, for work of today that is yet to begin: it is planned from now on. What the file says has begun, or must have, is on
    /// record and not planned any more: 0.
    /// </summary>
    int PresentFor(JobDraft draft, AppointmentDraft appointment, DayClock clock)
    {
        if (draft.Status != JobStatus.Booked || run.Now <= clock.Start) return 0;
        var present = clock.SecondAt(run.Now);
        var hasBegun = clock.SecondAt(appointment.PlannedStart ?? appointment.Window.End) <= present;
        return hasBegun ? 0 : present;
    }

    static void PlaceOne(JobDraft draft, AppointmentDraft appointment, DayBook.Page page, StopRequest request)
    {
        var id = new VisitId(draft.Id, draft.Visits.Count + 1);
        int? wished = appointment.PlannedStart is { } start ? page.Clock.SecondAt(start) : null;
        if (page.TryPlace(id, request, wished)) draft.Visits.Add(new PlacedVisit(id, page.Operative, appointment, StartFixed: false));
        else RefuseFull(draft, appointment, page);
    }

    /// <summary>People of one trade start together; the trades of one appointment share its window only.</summary>
    static void PlaceCrews(
        JobDraft draft,
        AppointmentDraft appointment,
        IReadOnlyList<VisitNeed> needs,
        IReadOnlyList<(VisitNeed Need, Operative Operative)> crew,
        IReadOnlyList<DayBook.Page> pages,
        IReadOnlyList<StopRequest> requests)
    {
        foreach (var need in needs)
        {
            var members = Enumerable.Range(0, crew.Count).Where(index => crew[index].Need == need).ToList();
            if (members.Count == 1)
            {
                PlaceOne(draft, appointment, pages[members[0]], requests[members[0]]);
                continue;
            }

            if (CommonStart(members, pages, requests, appointment.PlannedStart) is not { } start)
            {
                RefuseFull(draft, appointment, pages[members[0]]);
                return;
            }

            foreach (var index in members)
            {
                var id = new VisitId(draft.Id, draft.Visits.Count + 1);
                var request = requests[index] with { Earliest = start, Latest = start };
                if (!pages[index].TryPlace(id, request, start)) throw new InvalidOperationException(
                    $"Visit {id} does not fit where it did a moment ago.");
                draft.Visits.Add(new PlacedVisit(id, crew[index].Operative, appointment, StartFixed: true));
            }
        }
    }

    /// <summary>The planned start if everybody can keep it, else the earliest that everybody can.</summary>
    static int? CommonStart(
        List<int> members, IReadOnlyList<DayBook.Page> pages, IReadOnlyList<StopRequest> requests, LocalTime? planned)
    {
        var ranges = members.ConvertAll(index => pages[index].Fitting(requests[index]));
        var wished = planned is { } time ? pages[members[0]].Clock.SecondAt(time) : (int?)null;
        // The earliest common start is the beginning of some range.
        foreach (var start in ranges.SelectMany(list => list).Select(range => range.From).Order().Prepend(wished ?? -1))
        {
            if (ranges.TrueForAll(list => list.Any(range => range.From <= start && start <= range.To))) return start;
        }

        return null;
    }

    static void RefuseFull(JobDraft draft, AppointmentDraft appointment, DayBook.Page page)
    {
        var plan = page.Plan!;
        var reason = !plan.IsFeasible
            ? "the day is not feasible as it is recorded"
            : $"with {plan.Stops.Length} visit{(plan.Stops.Length == 1 ? "" : "s")} there, breaks and travel, nothing of that length "
                + $"fits any more";
        Refuse(draft, appointment.Row, Day,
            $"{page.Operative.Reference} has no room on {appointment.Day:uuuu-MM-dd} in window {appointment.Window.Code}: {reason}.");
    }

    static void Refuse(JobDraft draft, Reading.Row row, Files.Column column, string rule)
    {
        draft.Failed = true;
        row.Refuse(column, rule);
    }
}
