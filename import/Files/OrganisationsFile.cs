using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using static OrleansScheduling.Import.Files.OrganisationColumns;

namespace OrleansScheduling.Import.Files;

sealed class OrganisationsFile : EntryFile<Organisation>
{
    const int MaxName = 200;
    const string DefaultZone = "Europe/London";
    static readonly IReadOnlyList<(string, OrganisationKind)> Kinds =
        [("client", OrganisationKind.Client), ("contractor", OrganisationKind.Contractor)];

    public override FileFormat Format => OrganisationColumns.Format;

    protected override Column KeyColumn => Reference;

    protected override object KeyOf(Organisation entry) => entry.Reference;

    protected override RegistryBatch Batch(IReadOnlyList<Organisation> entries) => new() { Organisations = entries };

    protected override Organisation? Read(Row row, ImportRun run)
    {
        var reference = row.Reference(Reference);
        var name = row.Text(Name, MaxName);
        var kind = row.Choice(Kind, Kinds);
        var zone = row.IsBlank(OrganisationColumns.TimeZone) ? DefaultZone : row.Cell(OrganisationColumns.TimeZone);
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) row.Refuse(OrganisationColumns.TimeZone,
            "There is no such time zone, such as Europe/London.");
        var recorded = run.Registry.Organisation(reference);
        if (recorded is not null && kind != OrganisationKind.None && recorded.Kind != kind)
            row.Refuse(Kind, "The organisation is recorded as the other kind, and the kind does not change.");
        return row.Failed ? null : new Organisation(recorded?.Id ?? default(OrganisationId), reference, name, kind, zone);
    }
}
