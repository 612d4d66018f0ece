namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>The real clock, moved on by as much as a test says. Timers run in real time.</summary>
public sealed class ShiftedTime : TimeProvider
{
    long shiftTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shiftTicks));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(Interlocked.Read(ref shiftTicks) / (double)TimeSpan.TicksPerSecond * TimestampFrequency);

    public void Advance(TimeSpan by) => Interlocked.Add(ref shiftTicks, by.Ticks);
}
