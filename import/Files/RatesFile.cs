using NodaTime.Text;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using static OrleansScheduling.Import.Files.RateColumns;

namespace OrleansScheduling.Import.Files;

sealed class RatesFile : EntryFile<SorItem>
{
    const int MaxDescription = 500;
    const int MaxPlainName = 100;

    public override FileFormat Format => RateColumns.Format;

    protected override Column KeyColumn => Code;

    protected override object KeyOf(SorItem entry) => (entry.Schedule, entry.Code);

    protected override RegistryBatch Batch(IReadOnlyList<SorItem> entries) => new() { ScheduleOfRates = entries };

    protected override SorItem? Read(Row row, ImportRun run)
    {
        if (!CodeText.IsValid(row.Cell(Schedule))) row.Refuse(Schedule, $"Not a code: {CodeText.Rule}.");
        var code = row.Code(Code, value => new SorCode(value));
        var description = row.Text(Description, MaxDescription);
        var plainName = row.Text(PlainName, MaxPlainName);
        var trade = row.Code(Trade, value => new TradeCode(value));
        var skills = row.Skills(Skills);
        var minutes = row.Number(Minutes, 1, SorItem.MaxStandardMinutes);
        var operatives = row.Number(RateColumns.Operatives, 1, SorItem.MaxOperatives, blank: 1);
        var visits = row.Number(Visits, 1, SorItem.MaxVisits, blank: 1);
        var gap = row.Number(GapDays, 0, SorItem.MaxGapDays, blank: visits > 1 ? 1 : 0);
        if (visits > 1 && gap == 0) row.Refuse(GapDays, "Must be at least 1 when there is more than one visit.");
        if (visits == 1 && gap > 0) row.Refuse(GapDays, "Must be 0 or blank when there is one visit.");
        var emergency = row.YesNo(Emergency);
        return row.Failed ? null : new SorItem(
            row.Cell(Schedule), code!.Value, description, plainName, trade!.Value, skills, minutes, operatives, visits, gap, emergency);
    }
}

sealed class BankHolidaysFile : EntryFile<BankHoliday>
{
    const int MaxName = 100;

    public override FileFormat Format => BankHolidayColumns.Format;

    protected override Column KeyColumn => BankHolidayColumns.Day;

    protected override object KeyOf(BankHoliday entry) => (entry.Organisation, entry.Day);

    protected override RegistryBatch Batch(IReadOnlyList<BankHoliday> entries) => new() { BankHolidays = entries };

    protected override BankHoliday? Read(Row row, ImportRun run)
    {
        var contractor = FindOrganisation(row, BankHolidayColumns.Organisation, run, OrganisationKind.Contractor);
        // No relative days here: what counts as a working day depends on this very file.
        var day = LocalDatePattern.Iso.Parse(row.Cell(BankHolidayColumns.Day));
        if (!day.Success) row.Refuse(BankHolidayColumns.Day, "Must be a date such as 2026-12-25.");
        else if (!Almanac.Has(day.Value)) row.Refuse(BankHolidayColumns.Day, $"Must be {Almanac.Range}.");
        var name = row.Text(BankHolidayColumns.Name, MaxName);
        return row.Failed || contractor is null ? null : new BankHoliday(contractor.Id, day.Value, name);
    }

    /// <summary>A new day off must not take a day away from which somebody has promised visits.</summary>
    protected override Task CheckAsync(
        IReadOnlyList<BankHoliday> entries, IReadOnlyDictionary<object, int> lines, ErrorLog log, ImportRun run,
            CancellationToken cancellationToken)
    {
        var added = entries.Where(entry => !run.Registry.BankHolidaysOf(entry.Organisation).Contains(entry.Day)).ToList();
        var organisations = added.Select(entry => entry.Organisation).ToHashSet();
        var days = added.Select(entry => (entry.Organisation, entry.Day)).ToHashSet();
        return DiaryGuard.CheckAsync(
            [.. run.Registry.Operatives.Where(operative => organisations.Contains(operative.Contractor))],
            (organisation, day) => run.Registry.BankHolidaysOf(organisation).Contains(day) || days.Contains((organisation, day)),
            (operative, day, rule) => log.Refuse(lines.GetValueOrDefault((operative.Contractor, day)), BankHolidayColumns.Day,
                day.ToString("uuuu-MM-dd", null), rule),
            run,
            cancellationToken);
    }
}
