namespace OrleansScheduling.Bench.Live;

/// <summary>The machine's clock, put forward to a morning; it goes on as fast as it does.</summary>
sealed class MorningClock : TimeProvider
{
    static readonly TimeSpan Morning = TimeSpan.FromHours(7);

    TimeSpan ahead;

    public MorningClock()
    {
        var now = System.GetUtcNow();
        // Of the day after tomorrow: whatever the time is now, it is put forward.
        ahead = now.UtcDateTime.Date.AddDays(2) + Morning - now.UtcDateTime;
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;

    public void PutForward(TimeSpan by) => ahead += by;
}
