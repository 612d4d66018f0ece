using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansScheduling.Import.Reading;

/// <summary>What coordinates and postcodes look like here.</summary>
static partial class UnitedKingdom
{
    /// <summary>
    /// The extent of the United Kingdom, from Scilly to Shetland and from Fermanagh to Lowestoft, in degrees of WGS 84, rounded outwards.
    /// Latitudes and longitudes do not overlap, so an exchanged pair is always noticed.
    /// </summary>
    const double South = 49.8, North = 60.9, West = -8.7, East = 1.8;

    const int InwardLength = 3;

    public static bool Contains(double latitude, double longitude) => latitude is >= South and <= North && longitude is >= West and <= East;

    /// <summary>Reads any case, with or without the space; gives it upper case with one space.</summary>
    public static bool TryPostcode(string text, [NotNullWhen(true)] out string? postcode)
    {
        postcode = null;
        var compact = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (!Pattern.IsMatch(compact)) return false;
        postcode = $"{compact[..^InwardLength]} {compact[^InwardLength..]}";
        return true;
    }

    /// <summary>
    /// Area, district, sector, unit; the unit never has C, I, K, M, O, V (Royal Mail, Programmers' Guide to PAF). GIR 0AA is not a place.
    /// </summary>
    [GeneratedRegex("^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern { get; }
}
