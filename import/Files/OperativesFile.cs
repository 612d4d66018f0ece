using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using static OrleansScheduling.Import.Files.OperativeColumns;

namespace OrleansScheduling.Import.Files;

sealed class OperativesFile : EntryFile<Operative>
{
    const int MaxName = 200;
    const int StandardPace = 100;
    const int MinutesOfDay = 24 * 60;

    public override FileFormat Format => OperativeColumns.Format;

    protected override Column KeyColumn => Reference;

    protected override object KeyOf(Operative entry) => (entry.Contractor, entry.Reference);

    protected override RegistryBatch Batch(IReadOnlyList<Operative> entries) => new() { Operatives = entries };

    protected override Operative? Read(Row row, ImportRun run)
    {
        var contractor = FindOrganisation(row, Contractor, run, OrganisationKind.Contractor);
        var reference = row.Reference(Reference, spaces: false);
        var name = row.Text(Name, MaxName);
        var trades = row.Codes(Trades, value => new TradeCode(value));
        var homePatch = row.Code(HomePatch, value => new PatchCode(value));
        var helpsOutIn = row.Codes(HelpsOutIn, value => new PatchCode(value), required: false);
        if (homePatch is { } home && helpsOutIn.Contains(home)) row.Refuse(HelpsOutIn, "Must not name the home patch.");
        var dedicatedTo = Dedicated(row, contractor, run);
        var start = row.Place(StartLatitude, StartLongitude);
        var end = row.IsBlank(EndLatitude) && row.IsBlank(EndLongitude) ? start : row.Place(EndLatitude, EndLongitude);
        var pace = row.Number(Pace, Operative.MinPacePercent, Operative.MaxPacePercent, StandardPace);
        var works = row.YesNo(WorksBankHolidays);
        var limits = new WorkingTimeLimits(
            row.Number(MaxDay, 1, MinutesOfDay, WorkingTimeLimits.Standard.MaxDayMinutes),
            row.Number(MinRest, 0, MinutesOfDay, WorkingTimeLimits.Standard.MinRestMinutes));
        if (row.Failed || contractor is null) return null;
        var recorded = run.Registry.Operative(contractor.Id, reference);
        return new Operative(
            recorded?.Id ?? default(OperativeId), contractor.Id, reference, name, trades, recorded?.Skills ?? [],
                recorded?.Clearances ?? [],
            dedicatedTo, homePatch!.Value, helpsOutIn, start!.Value, end!.Value, pace,
            new WorkingTime(recorded?.WorkingTime.Rotas ?? [], recorded?.WorkingTime.Absences ?? [], recorded?.WorkingTime.Overtime ?? [],
                works, limits));
    }

    protected override Task CheckAsync(
        IReadOnlyList<Operative> entries, IReadOnlyDictionary<object, int> lines, ErrorLog log, ImportRun run,
            CancellationToken cancellationToken) =>
        DiaryGuard.CheckAsync(
            entries,
            (organisation, day) => run.Registry.BankHolidaysOf(organisation).Contains(day),
            (operative, _, rule) => log.Refuse(lines[KeyOf(operative)], Reference, operative.Reference, rule),
            run,
            cancellationToken);

    static ContractId? Dedicated(Row row, Organisation? contractor, ImportRun run)
    {
        if (row.IsBlank(DedicatedTo)) return null;
        var contract = run.Registry.Contract(row.Cell(DedicatedTo));
        if (contract is null) row.Refuse(DedicatedTo, "There is no contract of this reference.");
        else if (contractor is not null && contract.Contractor != contractor.Id) row.Refuse(DedicatedTo,
            "The contract is with another contractor.");
        return contract?.Id;
    }
}
