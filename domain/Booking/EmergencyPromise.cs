using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Domain.Booking;

/// <summary>What is promised in an emergency: somebody is there within two hours, whatever windows the contract offers.</summary>
public static class EmergencyPromise
{
    /// <summary>Under this code it stands where others have their window's.</summary>
    public static readonly WindowCode Window = new("EMERGENCY");

    static readonly Duration Within = Duration.FromHours(2);

    /// <param name="asked">When help was asked for; the promise begins with its second, as days are planned in whole ones.</param>
    public static Promise From(Instant asked)
    {
        var start = Instant.FromUnixTimeSeconds(asked.ToUnixTimeSeconds());
        return new Promise(Window, start, start + Within);
    }
}
