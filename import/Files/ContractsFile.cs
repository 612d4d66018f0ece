using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using static OrleansScheduling.Import.Files.ContractColumns;

namespace OrleansScheduling.Import.Files;

sealed class ContractsFile : EntryFile<Contract>
{
    const int MaxName = 200;
    const int DefaultHorizonDays = 28;

    public override FileFormat Format => ContractColumns.Format;

    protected override Column KeyColumn => Reference;

    protected override object KeyOf(Contract entry) => entry.Reference;

    protected override RegistryBatch Batch(IReadOnlyList<Contract> entries) => new() { Contracts = entries };

    protected override Contract? Read(Row row, ImportRun run)
    {
        var reference = row.Reference(Reference);
        var name = row.Text(Name, MaxName);
        var client = FindOrganisation(row, Client, run, OrganisationKind.Client);
        var contractor = FindOrganisation(row, Contractor, run, OrganisationKind.Contractor);
        var (first, last) = contractor is null ? (null, null) : Days(row, run.DaysOf(contractor));
        var patches = row.Codes(Patches, value => new PatchCode(value));
        var trades = row.Codes(Trades, value => new TradeCode(value));
        if (!CodeText.IsValid(row.Cell(Schedule))) row.Refuse(Schedule, $"Not a code: {CodeText.Rule}.");
        var recorded = run.Registry.Contract(reference);
        var rules = Rules(row, recorded?.Rules.Quotas ?? []);
        if (recorded is not null && client is not null && recorded.Client != client.Id)
            row.Refuse(Client, "The contract is recorded with another client, and the client does not change.");
        if (recorded is not null && contractor is not null && recorded.Contractor != contractor.Id)
            row.Refuse(Contractor, "The contract is recorded with another contractor, and the contractor does not change.");
        if (row.Failed || client is null || contractor is null || first is null) return null;
        return new Contract(recorded?.Id ?? default(ContractId), reference, name, client.Id, contractor.Id, first.Value, last,
            patches, trades, row.Cell(Schedule), recorded?.Windows ?? [], rules);
    }

    static (LocalDate? First, LocalDate? Last) Days(Row row, DayReader days)
    {
        var first = row.Date(FirstDay, days);
        var last = row.OptionalDate(LastDay, days);
        if (last < first) row.Refuse(LastDay, $"Must not be before the first day, {row.Cell(FirstDay)}.");
        return (first, last);
    }

    static BookingRules Rules(Row row, IReadOnlyList<Quota> quotas) => new(
        row.Number(MinNotice, 0, BookingRules.MaxNoticeMinutes, blank: 0),
        row.Number(Horizon, 0, BookingRules.MaxHorizonDays, DefaultHorizonDays),
        row.OptionalTime(CutOff),
        row.Number(HoldMinutes, 1, BookingRules.MaxHoldMinutes, BookingRules.DefaultHoldMinutes),
        quotas,
        new EmergencyReserve(
            row.Number(ReservePercent, 0, EmergencyReserve.MaxSharePercent, blank: 0),
            row.Number(ReserveDays, 0, BookingRules.MaxHorizonDays, blank: 0),
            row.OptionalTime(ReserveAt) ?? LocalTime.Midnight))
    {
        Sharing = new Sharing(
            row.Number(HelpersLeave, 0, Sharing.MaxLeavePercent, blank: 0),
            row.Number(SharedLeave, 0, Sharing.MaxLeavePercent, blank: 0),
            row.Number(SharingDays, 0, BookingRules.MaxHorizonDays, blank: 0),
            row.OptionalTime(SharingAt) ?? LocalTime.Midnight),
        Improvements = Told(row),
    };

    static ImprovementsToldOf Told(Row row)
    {
        switch (row.Cell(Improvements))
        {
            case "" or "ask": return ImprovementsToldOf.BeforeTheFact;
            case "tell": return ImprovementsToldOf.AfterTheFact;
            default:
                row.Refuse(Improvements, "Must be ask or tell.");
                return ImprovementsToldOf.BeforeTheFact;
        }
    }
}

/// <summary>Lists that belong to a contract.</summary>
abstract class ContractListFile<TItem> : ListFile<Contract, TItem>
    where TItem : class
{
    protected override bool IsOwnerColumn(Column column) => column == WindowColumns.Contract;

    protected override Contract? FindOwner(Row row, ImportRun run)
    {
        var contract = run.Registry.Contract(row.Cell(WindowColumns.Contract));
        if (contract is null) row.Refuse(WindowColumns.Contract, "There is no contract of this reference.");
        return contract;
    }

    protected override object IdOf(Contract owner) => owner.Id;

    protected override RegistryBatch Batch(IReadOnlyList<Contract> owners) => new() { Contracts = owners };
}

sealed class WindowsFile : ContractListFile<AppointmentWindow>
{
    const int MaxName = 100;

    public override FileFormat Format => WindowColumns.Format;

    protected override int MaxItems => Contract.MaxWindows;

    protected override Column KeyColumn => WindowColumns.Code;

    protected override object KeyOf(AppointmentWindow item) => item.Code;

    protected override IReadOnlyList<AppointmentWindow> ListOf(Contract owner) => owner.Windows;

    protected override Contract With(Contract owner, IReadOnlyList<AppointmentWindow> items) => owner with { Windows = items };

    protected override AppointmentWindow? Read(Row row, Contract owner, ImportRun run)
    {
        var code = row.Code(WindowColumns.Code, value => new WindowCode(value));
        var name = row.Text(WindowColumns.Name, MaxName);
        var start = row.TimeOfDay(WindowColumns.Start);
        var end = row.TimeOfDay(WindowColumns.End);
        if (end <= start) row.Refuse(WindowColumns.End, $"Must be after the start, {row.Cell(WindowColumns.Start)}.");
        var days = DaysText.Read(row.IsBlank(WindowColumns.Days) ? "Mon-Fri" : row.Cell(WindowColumns.Days));
        if (days is null) row.Refuse(WindowColumns.Days, "Must be weekdays such as Mon-Fri, or Mon Wed Sat, or daily.");
        return row.Failed ? null : new AppointmentWindow(code!.Value, name, start!.Value, end!.Value, days!.Value);
    }

    protected override IReadOnlyList<AppointmentWindow> Complete(
        Contract owner, IReadOnlyList<(AppointmentWindow Item, Row Row)> rows, ImportRun run)
    {
        foreach (var same in rows.GroupBy(row => (row.Item.Start, row.Item.End, row.Item.Days)).Where(same => same.Count() > 1))
            same.Last().Row.Refuse(WindowColumns.Start, $"The contract has the same window already, on line {same.First().Row.Line}.");
        return [.. rows.Select(row => row.Item).OrderBy(item => item.Start).ThenBy(item => item.End)
            .ThenBy(item => item.Code.Value, StringComparer.Ordinal)];
    }
}

sealed class QuotasFile : ContractListFile<Quota>
{
    const int MaxAppointments = 10_000;

    public override FileFormat Format => QuotaColumns.Format;

    protected override int MaxItems => BookingRules.MaxQuotas;

    protected override Column KeyColumn => QuotaColumns.Window;

    protected override bool IsOwnerColumn(Column column) => column == QuotaColumns.Contract;

    protected override object KeyOf(Quota item) => (item.Window, item.Patch);

    protected override IReadOnlyList<Quota> ListOf(Contract owner) => owner.Rules.Quotas;

    protected override Contract With(Contract owner, IReadOnlyList<Quota> items) =>
        owner with { Rules = owner.Rules with { Quotas = items } };

    protected override Quota? Read(Row row, Contract owner, ImportRun run)
    {
        var window = row.OptionalCode(QuotaColumns.Window, value => new WindowCode(value));
        if (window is { } code && owner.Window(code) is null) row.Refuse(QuotaColumns.Window, "The contract has no such window.");
        var patch = row.OptionalCode(QuotaColumns.Patch, value => new PatchCode(value));
        if (patch is { } served && !owner.Patches.Contains(served)) row.Refuse(QuotaColumns.Patch,
            "The contract does not serve this patch.");
        var limit = row.Number(QuotaColumns.MaxPerDay, 0, MaxAppointments);
        return row.Failed ? null : new Quota(window, patch, limit);
    }

    protected override IReadOnlyList<Quota> Complete(Contract owner, IReadOnlyList<(Quota Item, Row Row)> rows, ImportRun run) =>
        [.. rows.Select(row => row.Item).OrderBy(item => item.Window?.Value, StringComparer.Ordinal)
            .ThenBy(item => item.Patch?.Value, StringComparer.Ordinal)];
}
