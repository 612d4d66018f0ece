using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using static OrleansScheduling.Import.Files.PropertyColumns;

namespace OrleansScheduling.Import.Files;

sealed class PropertiesFile : EntryFile<Property>
{
    const int MaxAddressLine = 200;
    static readonly IReadOnlyList<(string, PropertyKind)> Kinds =
        [("home", PropertyKind.Home), ("communal", PropertyKind.Communal), ("site", PropertyKind.Site)];

    public override FileFormat Format => PropertyColumns.Format;

    protected override Column KeyColumn => Reference;

    protected override object KeyOf(Property entry) => (entry.Client, entry.Reference);

    protected override RegistryBatch Batch(IReadOnlyList<Property> entries) => new() { Properties = entries };

    protected override Property? Read(Row row, ImportRun run)
    {
        var client = FindOrganisation(row, Client, run, OrganisationKind.Client);
        var reference = row.Reference(Reference);
        var kind = row.Choice(Kind, Kinds, blank: PropertyKind.Home);
        var line1 = row.Text(AddressLine1, MaxAddressLine);
        var line2 = row.Text(AddressLine2, MaxAddressLine, required: false);
        var postcode = row.Postcode(Postcode);
        var place = row.Place(Latitude, Longitude);
        var patch = row.Code(Patch, value => new PatchCode(value));
        return row.Failed || client is null
            ? null
            : new Property(default(PropertyId), client.Id, reference, kind, line1, line2, postcode, place!.Value, patch!.Value);
    }
}
