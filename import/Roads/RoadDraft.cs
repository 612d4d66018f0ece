using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Roads;

/// <summary>Roads as a reader finds them, with what is wrong in the file.</summary>
sealed class RoadDraft(RoadSpeeds speeds)
{
    public RoadMapBuilder Builder { get; } = new();

    public RoadTags Tags { get; } = new(speeds);

    public int Skipped { get; set; }

    public List<RoadError> Errors { get; } = [];

    public int ErrorCount { get; private set; }

    public List<RoadError> Notices { get; } = [];

    public int NoticeCount { get; private set; }

    public void Refuse(string where, string field, string value, string rule)
    {
        ErrorCount++;
        if (Errors.Count < RoadLimits.MaxListedErrors) Errors.Add(Entry(where, field, value, rule));
    }

    public void Notice(string where, (string Field, string Value, string Rule) fault)
    {
        NoticeCount++;
        if (Notices.Count < ImportLimits.MaxNotices) Notices.Add(Entry(where, fault.Field, fault.Value, fault.Rule));
    }

    /// <summary>Whether there is room for so many more points and one more road; an error otherwise.</summary>
    public bool HasRoomFor(int points, string where)
    {
        if (Builder.WayCount >= RoadLimits.MaxWays) Refuse(where, "", "", $"A file has at most {RoadLimits.MaxWays:N0} roads.");
        else if (Builder.PointCount + points > RoadLimits.MaxPoints)
            Refuse(where, "", "", $"The roads of a file have at most {RoadLimits.MaxPoints:N0} points.");
        else return true;
        return false;
    }

    public void AddWay(List<int> line, RoadUse use, string where)
    {
        if (!Builder.AddWay([.. line], use.KilometresPerHour, use.Direction))
            Refuse(where, "coordinates", "", $"Neighbouring points of a road are at most {RoadMapBuilder.MaxStepDegrees} degrees apart.");
    }

    /// <summary>Ten millionths of a degree; null outside the range.</summary>
    public static int? Units(double degrees, double most) =>
        degrees >= -most && degrees <= most ? (int)Math.Round(degrees * RoadMap.UnitsPerDegree) : null;

    static RoadError Entry(string where, string field, string value, string rule)
    {
        var shown = value.Length <= ImportLimits.MaxReportedValue ? value : value[..ImportLimits.MaxReportedValue] + "…";
        return new RoadError(where, field, shown, rule);
    }
}
