using System.Text;
using System.Text.Json;
using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Ledger.Registry;

// Rows of plain values: two rows are equal when nothing in them differs, lists included, since those are text here.

sealed record OrganisationRow(int Id, string Reference, string Name, short Kind, string TimeZone)
{
    public static OrganisationRow Of(Organisation it) => new(it.Id.Value, it.Reference, it.Name, (short)it.Kind, it.TimeZoneId);

    public Organisation ToDomain() => new(new OrganisationId(Id), Reference, Name, (OrganisationKind)Kind, TimeZone);
}

sealed record ContractRow(
    int Id, string Reference, string Name, int Client, int Contractor, LocalDate FirstDay, LocalDate? LastDay, string Schedule,
        string Details)
{
    public static ContractRow Of(Contract it) => new(
        it.Id.Value, it.Reference, it.Name, it.Client.Value, it.Contractor.Value, it.FirstDay, it.LastDay, it.Schedule,
        JsonSerializer.Serialize(new ContractDetails(it.Patches, it.Trades, it.Windows, it.Rules), RegistryJson.Default.ContractDetails));

    public Contract ToDomain()
    {
        var details = JsonSerializer.Deserialize(Details, RegistryJson.Default.ContractDetails)
            ?? throw new InvalidDataException($"Contract {Reference} has no details.");
        return new Contract(
            new ContractId(Id), Reference, Name, new OrganisationId(Client), new OrganisationId(Contractor), FirstDay, LastDay,
            details.Patches, details.Trades, Schedule, details.Windows, details.Rules);
    }
}

sealed record OperativeRow(
    int Id, int Contractor, string Reference, string Name, string HomePatch, int? DedicatedTo, short PacePercent, string Details)
{
    public static OperativeRow Of(Operative it) => new(
        it.Id.Value, it.Contractor.Value, it.Reference, it.Name, it.HomePatch.Value, it.DedicatedTo?.Value, (short)it.PacePercent,
        JsonSerializer.Serialize(
            new OperativeDetails(
                it.Trades, it.Skills, it.Clearances, it.HelpsOutIn, it.StartPlace, it.EndPlace, it.WorkingTime,
                it.Told.Count == 0 ? null : it.Told),
            RegistryJson.Default.OperativeDetails));

    public Operative ToDomain()
    {
        var details = JsonSerializer.Deserialize(Details, RegistryJson.Default.OperativeDetails)
            ?? throw new InvalidDataException($"Operative {Reference} has no details.");
        return new Operative(
            new OperativeId(Id), new OrganisationId(Contractor), Reference, Name, details.Trades, details.Skills, details.Clearances,
            DedicatedTo is { } only ? new ContractId(only) : null, new PatchCode(HomePatch), details.HelpsOutIn, details.StartPlace,
            details.EndPlace, PacePercent, details.WorkingTime)
        {
            Told = details.Told ?? [],
        };
    }
}

sealed record SorRow(string Schedule, string Code, string Trade, string PlainName, short StandardMinutes, bool Emergency, string Details)
{
    public static SorRow Of(SorItem it) => new(
        it.Schedule, it.Code.Value, it.Trade.Value, it.PlainName, (short)it.StandardMinutes, it.Emergency,
        JsonSerializer.Serialize(
            new SorDetails(it.Description, it.Skills, it.OperativesNeeded, it.VisitsNeeded, it.GapDays), RegistryJson.Default.SorDetails));

    public SorItem ToDomain()
    {
        var details = JsonSerializer.Deserialize(Details, RegistryJson.Default.SorDetails)
            ?? throw new InvalidDataException($"Rate {Code} has no details.");
        return new SorItem(
            Schedule, new SorCode(Code), details.Description, PlainName, new TradeCode(Trade), details.Skills, StandardMinutes,
            details.OperativesNeeded, details.VisitsNeeded, details.GapDays, Emergency);
    }
}

sealed record PropertyRow(
    int Id, int Client, string Reference, short Kind, string Line1, string Line2, string Postcode, double Latitude, double Longitude,
        string Patch)
{
    public static PropertyRow Of(Property it) => new(
        it.Id.Value, it.Client.Value, it.Reference, (short)it.Kind, it.AddressLine1, it.AddressLine2, it.Postcode,
        it.Place.LatitudeDegrees, it.Place.LongitudeDegrees, it.Patch.Value);

    public Property ToDomain() => new(
        new PropertyId(Id), new OrganisationId(Client), Reference, (PropertyKind)Kind, Line1, Line2, Postcode,
        new Place(Latitude, Longitude), new PatchCode(Patch));

    public string PostcodeKey => SearchText.Key(Postcode);

    public string[] Words => SearchText.Words($"{Line1} {Line2} {Postcode}");
}

/// <summary>How addresses and what people type are split: by these rules in both databases, so that neither's own parser decides.</summary>
static class SearchText
{
    /// <summary>Words of a search that count; nobody types more to find an address, and each costs an index probe.</summary>
    public const int MaxWords = 8;

    /// <summary>Longest text that is looked at.</summary>
    public const int MaxLength = 200;

    /// <summary>Letters and digits only, upper case: a postcode with or without its space.</summary>
    public static string Key(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (char.IsLetterOrDigit(character)) key.Append(char.ToUpperInvariant(character));
        }

        return key.ToString();
    }

    /// <summary>Runs of letters and digits, lower case. An apostrophe joins: <c>St Mary's</c> is <c>st marys</c>.</summary>
    public static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var character in text)
        {
            if (char.IsLetterOrDigit(character)) word.Append(char.ToLowerInvariant(character));
            else if (character is not ('\'' or '\u2019') && word.Length > 0) Take();
        }

        if (word.Length > 0) Take();
        return [.. words.Distinct(StringComparer.Ordinal)];

        void Take()
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }
}
