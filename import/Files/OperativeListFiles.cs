using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Files;

/// <summary>Lists that belong to an operative.</summary>
abstract class OperativeListFile<TItem> : ListFile<Operative, TItem>
    where TItem : class
{
    protected override bool IsOwnerColumn(Column column) =>
        column == OperativeNameColumns.Contractor || column == OperativeNameColumns.Operative;

    protected override Operative? FindOwner(Row row, ImportRun run)
    {
        if (FindOrganisation(row, OperativeNameColumns.Contractor, run, OrganisationKind.Contractor) is not { } contractor) return null;
        var operative = run.Registry.Operative(contractor.Id, row.Cell(OperativeNameColumns.Operative));
        if (operative is null) row.Refuse(OperativeNameColumns.Operative, "The contractor has no operative of this reference.");
        return operative;
    }

    protected override object IdOf(Operative owner) => owner.Id;

    protected override RegistryBatch Batch(IReadOnlyList<Operative> owners) => new() { Operatives = owners };

    protected static DayReader DaysOf(Operative owner, ImportRun run) => run.DaysOf(run.Registry.Organisation(owner.Contractor));
}

/// <summary>Lists that decide when an operative works: a change must not make a day impossible that has visits.</summary>
abstract class WorkingTimeFile<TItem> : OperativeListFile<TItem>
    where TItem : class
{
    protected override Task CheckAsync(IReadOnlyList<(Operative Owner, Row Row)> changed, ImportRun run,
        CancellationToken cancellationToken)
    {
        var rows = changed.ToDictionary(entry => entry.Owner.Id, entry => entry.Row);
        return DiaryGuard.CheckAsync(
            [.. changed.Select(entry => entry.Owner)],
            (organisation, day) => run.Registry.BankHolidaysOf(organisation).Contains(day),
            (operative, _, rule) => rows[operative.Id].Refuse(OperativeNameColumns.Operative, rule),
            run,
            cancellationToken);
    }
}

sealed class SkillsFile : OperativeListFile<Skill>
{
    const int MaxLevel = 5;

    public override FileFormat Format => SkillColumns.Format;

    protected override Column KeyColumn => SkillColumns.Skill;

    protected override object KeyOf(Skill item) => item.Code;

    protected override IReadOnlyList<Skill> ListOf(Operative owner) => owner.Skills;

    protected override Operative With(Operative owner, IReadOnlyList<Skill> items) => owner with { Skills = items };

    protected override Skill? Read(Row row, Operative owner, ImportRun run)
    {
        var code = row.Code(SkillColumns.Skill, value => new SkillCode(value));
        var level = row.Number(SkillColumns.Level, 1, MaxLevel);
        var lastValidDay = row.OptionalDate(SkillColumns.LastValidDay, DaysOf(owner, run));
        return row.Failed ? null : new Skill(code!.Value, level, lastValidDay);
    }

    protected override IReadOnlyList<Skill> Complete(Operative owner, IReadOnlyList<(Skill Item, Row Row)> rows, ImportRun run) =>
        [.. rows.Select(row => row.Item).OrderBy(item => item.Code.Value, StringComparer.Ordinal)];
}

sealed class ClearancesFile : OperativeListFile<Clearance>
{
    public override FileFormat Format => ClearanceColumns.Format;

    protected override Column KeyColumn => ClearanceColumns.Contract;

    protected override object KeyOf(Clearance item) => item.Contract;

    protected override IReadOnlyList<Clearance> ListOf(Operative owner) => owner.Clearances;

    protected override Operative With(Operative owner, IReadOnlyList<Clearance> items) => owner with { Clearances = items };

    protected override Clearance? Read(Row row, Operative owner, ImportRun run)
    {
        var contract = run.Registry.Contract(row.Cell(ClearanceColumns.Contract));
        if (contract is null) row.Refuse(ClearanceColumns.Contract, "There is no contract of this reference.");
        else if (contract.Contractor != owner.Contractor) row.Refuse(ClearanceColumns.Contract, "The contract is with another contractor.");
        var lastValidDay = row.OptionalDate(ClearanceColumns.LastValidDay, DaysOf(owner, run));
        return row.Failed || contract is null ? null : new Clearance(contract.Id, lastValidDay);
    }

    protected override IReadOnlyList<Clearance> Complete(Operative owner, IReadOnlyList<(Clearance Item, Row Row)> rows, ImportRun run) =>
        [.. rows.Select(row => row.Item).OrderBy(item => item.Contract.Value)];
}

sealed class AbsencesFile : WorkingTimeFile<Absence>
{
    const int MaxReason = 100;

    public override FileFormat Format => AbsenceColumns.Format;

    protected override Column KeyColumn => AbsenceColumns.From;

    protected override object KeyOf(Absence item) => item.Start;

    protected override IReadOnlyList<Absence> ListOf(Operative owner) => owner.WorkingTime.Absences;

    protected override Operative With(Operative owner, IReadOnlyList<Absence> items) =>
        owner with { WorkingTime = owner.WorkingTime with { Absences = items } };

    protected override Absence? Read(Row row, Operative owner, ImportRun run)
    {
        var days = DaysOf(owner, run);
        var from = row.DateTime(AbsenceColumns.From, days);
        var to = row.DateTime(AbsenceColumns.To, days);
        // The last day is itself included, so a date alone runs to the midnight after it.
        var end = to is { HasTime: false } ? to.Value.Moment.PlusDays(1) : to?.Moment;
        if (end <= from?.Moment) row.Refuse(AbsenceColumns.To, $"Must be after the start, {row.Cell(AbsenceColumns.From)}.");
        var reason = row.Text(AbsenceColumns.Reason, MaxReason);
        return row.Failed ? null : new Absence(from!.Value.Moment, end!.Value, reason);
    }

    protected override IReadOnlyList<Absence> Complete(Operative owner, IReadOnlyList<(Absence Item, Row Row)> rows, ImportRun run)
    {
        var ordered = rows.OrderBy(row => row.Item.Start).ToList();
        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i].Item.Start < ordered[i - 1].Item.End)
                ordered[i].Row.Refuse(AbsenceColumns.From, $"Overlaps the absence on line {ordered[i - 1].Row.Line}.");
        }

        return [.. ordered.Select(row => row.Item)];
    }
}

sealed class OvertimeFile : WorkingTimeFile<Overtime>
{
    public override FileFormat Format => OvertimeColumns.Format;

    protected override Column KeyColumn => OvertimeColumns.Day;

    protected override object KeyOf(Overtime item) => (item.Day, item.Start);

    protected override IReadOnlyList<Overtime> ListOf(Operative owner) => owner.WorkingTime.Overtime;

    protected override Operative With(Operative owner, IReadOnlyList<Overtime> items) =>
        owner with { WorkingTime = owner.WorkingTime with { Overtime = items } };

    protected override Overtime? Read(Row row, Operative owner, ImportRun run)
    {
        var day = row.Date(OvertimeColumns.Day, DaysOf(owner, run));
        var start = row.TimeOfDay(OvertimeColumns.Start);
        var end = row.TimeOfDay(OvertimeColumns.End);
        if (end == start) row.Refuse(OvertimeColumns.End, "Must not be the start.");
        return row.Failed ? null : new Overtime(day!.Value, start!.Value, end!.Value);
    }

    protected override IReadOnlyList<Overtime> Complete(Operative owner, IReadOnlyList<(Overtime Item, Row Row)> rows, ImportRun run)
    {
        var ordered = rows.OrderBy(row => row.Item.Day).ThenBy(row => row.Item.Start).ToList();
        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i].Item.Day.At(ordered[i].Item.Start) < EndOf(ordered[i - 1].Item))
                ordered[i].Row.Refuse(OvertimeColumns.Start, $"Overlaps the overtime on line {ordered[i - 1].Row.Line}.");
        }

        return [.. ordered.Select(row => row.Item)];
    }

    static LocalDateTime EndOf(Overtime overtime) =>
        (overtime.End > overtime.Start ? overtime.Day : overtime.Day.PlusDays(1)).At(overtime.End);
}
