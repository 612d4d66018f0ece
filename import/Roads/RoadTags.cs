using System.Globalization;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Roads;

/// <summary>What a road's tags say about driving on it.</summary>
/// <param name="KilometresPerHour">The class's speed by day, or the limit where that is lower.</param>
readonly record struct RoadUse(RoadClass Class, double KilometresPerHour, RoadDirection Direction);

/// <summary>Reads the tags of OpenStreetMap roads as the wiki defines them (Key:highway, Key:oneway, Key:maxspeed, Key:access).</summary>
sealed class RoadTags(RoadSpeeds speeds)
{
    const double KilometresPerMile = 1.609344;

    static readonly Dictionary<string, RoadClass> Classes = new(StringComparer.Ordinal)
    {
        ["motorway"] = RoadClass.Motorway,
        ["motorway_link"] = RoadClass.Motorway,
        ["trunk"] = RoadClass.Trunk,
        ["trunk_link"] = RoadClass.Trunk,
        ["primary"] = RoadClass.Primary,
        ["primary_link"] = RoadClass.Primary,
        ["secondary"] = RoadClass.Secondary,
        ["secondary_link"] = RoadClass.Secondary,
        ["tertiary"] = RoadClass.Tertiary,
        ["tertiary_link"] = RoadClass.Tertiary,
        ["unclassified"] = RoadClass.Unclassified,
        ["residential"] = RoadClass.Residential,
        ["living_street"] = RoadClass.LivingStreet,
        ["service"] = RoadClass.Service,
    };

    /// <summary>The tags that matter; the rest is not even read.</summary>
    public static readonly IReadOnlySet<string> Keys = new HashSet<string>(StringComparer.Ordinal)
    {
        "highway", "oneway", "junction", "maxspeed", "access", "vehicle", "motor_vehicle", "motorcar", "area",
    };

    // Most special first: a rule for cars beats one for all traffic.
    static readonly string[] AccessKeys = ["motorcar", "motor_vehicle", "vehicle", "access"];
    static readonly string[] NoAccess = ["no", "agricultural", "forestry", "emergency", "psv", "bus"];

    /// <returns>Null for what is no road that a van may use; <paramref name="fault"/> says what cannot be understood.</returns>
    public RoadUse? Of(IReadOnlyDictionary<string, string> tags, out (string Field, string Value, string Rule)? fault)
    {
        fault = null;
        if (!tags.TryGetValue("highway", out var highway) || !Classes.TryGetValue(highway, out var kind)) return null;
        if (tags.GetValueOrDefault("area") == "yes") return null;
        foreach (var key in AccessKeys)
        {
            if (!tags.TryGetValue(key, out var access)) continue;
            if (NoAccess.Contains(access, StringComparer.Ordinal)) return null;
            break;
        }

        var limit = LimitOf(tags, out fault);
        return new RoadUse(kind, Math.Clamp(Math.Min(speeds[kind], limit), RoadSpeeds.Least, RoadSpeeds.Most), DirectionOf(tags));
    }

    static RoadDirection DirectionOf(IReadOnlyDictionary<string, string> tags) => tags.GetValueOrDefault("oneway") switch
    {
        "yes" or "true" or "1" => RoadDirection.Forward,
        "-1" or "reverse" => RoadDirection.Backward,
        "no" or "false" or "0" => RoadDirection.Both,
        _ => tags.GetValueOrDefault("junction") is "roundabout" or "circular" || tags.GetValueOrDefault("highway") == "motorway"
            ? RoadDirection.Forward : RoadDirection.Both,
    };

    /// <summary>
    /// A limit in km/h; infinite without one. What is written in words ("GB:nsl_single", "none") says nothing below the class.
    /// </summary>
    static double LimitOf(IReadOnlyDictionary<string, string> tags, out (string Field, string Value, string Rule)? fault)
    {
        fault = null;
        if (!tags.TryGetValue("maxspeed", out var text) || text.Length == 0 || !char.IsAsciiDigit(text[0])) return double.PositiveInfinity;
        var first = text.Split(';')[0].Trim();
        var isMiles = first.EndsWith("mph", StringComparison.OrdinalIgnoreCase);
        var number = isMiles ? first[..^3].Trim() : first.Replace("km/h", "", StringComparison.OrdinalIgnoreCase).Trim();
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed > 0)
            return isMiles ? speed * KilometresPerMile : speed;
        fault = ("maxspeed", text, "A speed limit is a number of km/h, or of miles an hour with mph behind it.");
        return double.PositiveInfinity;
    }
}
