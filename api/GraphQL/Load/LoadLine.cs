using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Api.GraphQL.Load;

/// <summary>What capacity and work are added up by.</summary>
public enum LoadDimension
{
    None = 0,

    /// <summary>The diary day.</summary>
    Day = 1,

    /// <summary>The patch: an operative's home patch, a visit's and a repair's property's.</summary>
    Area = 2,

    /// <summary>The trade: an operative's first, a visit's and a repair's own.</summary>
    Trade = 3,
}

/// <summary>What lines are told apart by; null where they are not.</summary>
readonly record struct LoadKey(DateOnly? Day, string? Area, string? Trade);

/// <summary>
/// How much work there is, and how many hours there are for it. What the operatives who belong to a line do is theirs wherever they do it;
/// what is booked and waits is the line's whoever does it: an area where more is booked than its own people do gets help from others.
/// </summary>
[GraphQLName("LoadLine")]
public sealed class LoadLine
{
    internal LoadLine(LoadKey key) => Key = key;

    internal LoadKey Key { get; }

    internal DayLoad Total { get; private set; }

    internal void Add(DayLoad day) => (Total, OperativeDays) = (Total + day, OperativeDays + 1);

    /// <summary>Null unless the report is by day.</summary>
    public DateOnly? Day => Key.Day;

    /// <summary>Null unless the report is by area.</summary>
    public string? Area => Key.Area;

    /// <summary>Null unless the report is by trade.</summary>
    public string? Trade => Key.Trade;

    /// <summary>Days that operatives of this line work: one operative on ten days is ten.</summary>
    public int OperativeDays { get; private set; }

    /// <summary>Minutes that they work, without pauses and absences.</summary>
    public double WorkingMinutes => Minutes(Total.WorkingSeconds);

    /// <summary>Minutes of their visits, held ones included.</summary>
    public double OnSiteMinutes => Minutes(Total.OnSiteSeconds);

    public double TravelMinutes => Minutes(Total.DrivingSeconds);

    public double FreeMinutes => Minutes(Total.FreeSeconds);

    /// <summary>Visits and travel in per cent of the minutes that they work; null when nobody does.</summary>
    public double? LoadPercent =>
        Total.WorkingSeconds > 0 ? Math.Round(100.0 * (Total.OnSiteSeconds + Total.DrivingSeconds) / Total.WorkingSeconds, 1) : null;

    /// <summary>Visits of this line's trade and area, whoever has them.</summary>
    public int BookedVisits { get; internal set; }

    /// <summary>Planned minutes on site of these.</summary>
    public double BookedMinutes { get; internal set; }

    /// <summary>Repairs for which nothing is promised yet; null in a report by day, since they have none.</summary>
    public int? WaitingJobs { get; internal set; }

    /// <summary>Standard minutes of these.</summary>
    public int? WaitingMinutes { get; internal set; }

    static double Minutes(long seconds) => Math.Round(seconds / 60.0, 1);
}
