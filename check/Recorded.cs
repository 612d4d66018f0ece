using NodaTime;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Check;

/// <summary>The feed has instants exactly, rows have whole microseconds, cut off towards the past.</summary>
static class Recorded
{
    const int TicksPerMicrosecond = 10;

    public static Visit AsRecorded(Visit visit) => visit with
    {
        Start = AsRecorded(visit.Start),
        End = AsRecorded(visit.End),
        Promise = AsRecorded(visit.Promise),
        HoldExpiresAt = visit.HoldExpiresAt is { } expires ? AsRecorded(expires) : null,
    };

    public static Hold? AsRecorded(Hold? hold) =>
        hold is null ? null : hold with { Promise = AsRecorded(hold.Promise), ExpiresAt = AsRecorded(hold.ExpiresAt) };

    public static Promise? AsRecorded(Promise? promise) => promise is { } some ? AsRecorded(some) : null;

    static Promise AsRecorded(Promise promise) => promise with { Start = AsRecorded(promise.Start), End = AsRecorded(promise.End) };

    static Instant AsRecorded(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return Instant.FromUnixTimeTicks(ticks - (((ticks % TicksPerMicrosecond) + TicksPerMicrosecond) % TicksPerMicrosecond));
    }
}
