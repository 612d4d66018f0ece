using Microsoft.Extensions.Logging;

namespace OrleansScheduling.Grains.Availability;

public sealed partial class AvailabilityService
{
    [LoggerMessage(2001, LogLevel.Information,
        "Availability of {Contractors} contractors and {Operatives} operatives loaded at feed position {Position}.")]
    partial void LogLoaded(int contractors, int operatives, long position);

    [LoggerMessage(2003, LogLevel.Information, "Travel is reckoned by {Basis}.")]
    partial void LogTravel(string basis);

    [LoggerMessage(2002, LogLevel.Warning, "Following the feed failed; trying again.")]
    partial void LogFollowFailed(Exception failure);
}
