using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;
using static OrleansScheduling.Import.Files.JobColumns;

namespace OrleansScheduling.Import.Jobs;

/// <summary>Turns the rows of <c>jobs.csv</c> into drafts: everything that can be told from a row and the registry.</summary>
sealed class JobRows(ImportRun run)
{
    /// <summary>The first day that a job id can hold.</summary>
    static readonly LocalDate FirstReportedDay = new(2024, 1, 1);

    /// <summary>How far back or ahead an appointment may lie; a diary is not an archive.</summary>
    const int MaxAppointmentDays = 366;

    static readonly IReadOnlyList<(string, JobStatus)> Statuses =
    [
        ("logged", JobStatus.Logged), ("booked", JobStatus.Booked), ("completed", JobStatus.Completed), ("cancelled", JobStatus.Cancelled),
    ];

    readonly Dictionary<(string Contract, string Reference), JobDraft> _drafts = [];

    public IReadOnlyCollection<JobDraft> Drafts => _drafts.Values;

    public void Add(Row row)
    {
        var contract = run.Registry.Contract(row.Cell(Files.JobColumns.Contract));
        if (contract is null)
        {
            row.Refuse(Files.JobColumns.Contract, "There is no contract of this reference.");
            return;
        }

        var reference = row.Reference(Reference);
        var visit = row.Number(Files.JobColumns.Visit, 1, SorItem.MaxVisits, blank: 1);
        if (row.Failed) return;
        var draft = visit == 1 ? First(row, contract, reference) : Further(row, contract, reference);
        if (draft is null) return;
        foreach (var column in Format.Columns) draft.Cells.Add(row.Cell(column));
        if (Appointment(row, contract, visit) is { } appointment && !draft.Appointments.TryAdd(visit, appointment))
            row.Refuse(Files.JobColumns.Visit, $"The job has this visit already, on line {draft.Appointments[visit].Row.Line}.");
        if (visit > 1 && !row.Failed && !draft.Appointments.ContainsKey(visit)) row.Refuse(Operatives,
            "A further visit is an appointment: operatives, day and window.");
        draft.Failed |= row.Failed;
    }

    JobDraft? First(Row row, Contract contract, string reference)
    {
        if (_drafts.TryGetValue((contract.Reference, reference), out var same))
        {
            row.Refuse(Reference, $"Stands in the file already, on line {same.Row.Line}.");
            return null;
        }

        var property = row.Reference(Property);
        var items = Items(row, contract);
        var description = row.Text(Description, Job.MaxDescriptionLength, required: false, lines: true);
        var reported = ReportedAt(row, contract);
        var status = row.Choice(Status, Statuses, row.IsBlank(Operatives) ? JobStatus.Logged : JobStatus.Booked);
        // Kept even when it failed: its further rows then find their job, and are not reported for that as well.
        return _drafts[(contract.Reference, reference)] = new JobDraft(row, contract, reference)
        {
            PropertyReference = property,
            Items = items,
            Description = description,
            Reported = reported ?? default,
            Status = status,
        };
    }

    JobDraft? Further(Row row, Contract contract, string reference)
    {
        foreach (var column in (ReadOnlySpan<Files.Column>)[Property, SorCodes, Description, Reported, Status])
        {
            if (!row.IsBlank(column)) row.Refuse(column, "Must be blank for visit 2 and more: the row of visit 1 says it.");
        }

        if (_drafts.TryGetValue((contract.Reference, reference), out var draft)) return draft;
        row.Refuse(Files.JobColumns.Visit, "The row of visit 1 comes first.");
        return null;
    }

    List<SorItem> Items(Row row, Contract contract)
    {
        var items = new List<SorItem>();
        var codes = row.Words(SorCodes);
        if (codes.Length == 0) row.Refuse(SorCodes, "Must not be blank.");
        if (codes.Length > JobRequirement.MaxLines) row.Refuse(SorCodes,
            $"Has {codes.Length} codes; a job has at most {JobRequirement.MaxLines}.");
        foreach (var code in codes)
        {
            var item = CodeText.IsValid(code) ? run.Registry.Rate(contract.Schedule, new SorCode(code)) : null;
            if (item is null) row.Refuse(SorCodes, $"{code} is not in the contract's schedule of rates, {contract.Schedule}.");
            else if (!contract.Trades.Contains(item.Trade)) row.Refuse(SorCodes,
                $"{code} is work for the trade {item.Trade}, which the contract does not cover.");
            else items.Add(item);
        }

        return items;
    }

    LocalDateTime? ReportedAt(Row row, Contract contract)
    {
        var contractor = run.Registry.Organisation(contract.Contractor);
        var reported = row.DateTime(Reported, run.DaysOf(contractor));
        if (reported is not { } found) return null;
        if (!found.HasTime) row.Refuse(Reported, "Must have a time: 2026-11-21 09:14.");
        else if (found.Moment.Date < FirstReportedDay) row.Refuse(Reported, $"Must not be before {FirstReportedDay:uuuu-MM-dd}.");
        else if (DayClock.InstantOf(found.Moment, contractor.Zone) > run.Now) row.Refuse(Reported, "Must not be in the future.");
        return found.Moment;
    }

    AppointmentDraft? Appointment(Row row, Contract contract, int visit)
    {
        if (row.IsBlank(Operatives))
        {
            foreach (var column in (ReadOnlySpan<Files.Column>)[Day, Window, PlannedStart])
            {
                if (!row.IsBlank(column)) row.Refuse(column, "Without operatives there is no appointment: must be blank.");
            }

            return null;
        }

        var days = run.DaysOf(run.Registry.Organisation(contract.Contractor));
        var operatives = new List<Operative>();
        foreach (var reference in row.Words(Operatives))
        {
            if (run.Registry.Operative(contract.Contractor, reference) is { } operative) operatives.Add(operative);
            else row.Refuse(Operatives, $"The contractor has no operative of the reference {reference}.");
        }

        var day = row.Date(Day, days);
        var code = row.Code(Window, value => new WindowCode(value));
        var window = code is { } given ? contract.Window(given) : null;
        if (code is not null && window is null) row.Refuse(Window, "The contract has no such window.");
        var start = row.OptionalTime(PlannedStart);
        if (window is not null && start is { } planned && (planned < window.Start || planned >= window.End))
            row.Refuse(PlannedStart, $"Must be inside the window: {window.Start:HH':'mm} or later, before {window.End:HH':'mm}.");
        if (day is { } date && Math.Abs(Period.DaysBetween(days.Today, date)) > MaxAppointmentDays)
            row.Refuse(Day, $"Is more than {MaxAppointmentDays} days away.");
        return row.Failed ? null : new AppointmentDraft(row, visit, operatives, day!.Value, window!, start);
    }
}
