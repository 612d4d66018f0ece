namespace OrleansScheduling.Planning.Diaries;

/// <summary>How much of working time is taken, of one day of one diary or of many of them together. In seconds.</summary>
/// <param name="WorkingSeconds">Shifts without their pauses and absences.</param>
/// <param name="OnSiteSeconds">Visits.</param>
/// <param name="DrivingSeconds">The ways between them, there and back included, at the day's mean speed.</param>
/// <param name="FreeSeconds">What neither takes; a day that is too full has none.</param>
public readonly record struct DayLoad(long WorkingSeconds, long OnSiteSeconds, long DrivingSeconds, long FreeSeconds, int Visits)
{
    public static DayLoad Of(DiaryDay route)
    {
        long onSite = 0;
        foreach (var stop in route.Stops) onSite += stop.Seconds;
        var (working, free) = (route.Bounds.Day.WorkingSeconds, route.FreeSeconds);
        return new DayLoad(working, onSite, working - onSite - free, Math.Max(0, free), route.Stops.Length);
    }

    public static DayLoad operator +(DayLoad one, DayLoad other) => new(
        one.WorkingSeconds + other.WorkingSeconds, one.OnSiteSeconds + other.OnSiteSeconds, one.DrivingSeconds + other.DrivingSeconds,
        one.FreeSeconds + other.FreeSeconds, one.Visits + other.Visits);
}
