using NodaTime;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>A point on the ground, in degrees of WGS 84.</summary>
public sealed record Location(double Latitude, double Longitude)
{
    internal static Location Of(Place place) => new(place.LatitudeDegrees, place.LongitudeDegrees);
}

/// <summary>A window that is held or promised: the operative arrives at or after the start and before the end.</summary>
/// <param name="Window">The window's code in its contract.</param>
/// <param name="Starts">The first moment at which somebody may arrive.</param>
/// <param name="Ends">The moment before which somebody arrives.</param>
[GraphQLName("Promise")]
public sealed record PromiseNode(string Window, DateTimeOffset Starts, DateTimeOffset Ends)
{
    internal static PromiseNode? Of(string? window, DateTimeOffset? starts, DateTimeOffset? ends) =>
        window is not null && starts is { } from && ends is { } to ? new PromiseNode(window, from, to) : null;

    internal static PromiseNode Of(Promise promise) =>
        new(promise.Window.Value, promise.Start.ToDateTimeOffset(), promise.End.ToDateTimeOffset());
}

/// <summary>Weekdays as an API tells them.</summary>
public enum Weekday
{
    None = 0,
    Monday = 1,
    Tuesday = 2,
    Wednesday = 3,
    Thursday = 4,
    Friday = 5,
    Saturday = 6,
    Sunday = 7,
}

/// <summary>The years that can be asked about: arithmetic at the ends of the calendar is nobody's question.</summary>
static class Years
{
    const int First = 2000;
    const int Last = 2100;

    /// <exception cref="GraphQLException">Another year.</exception>
    public static void Demand(string name, int year)
    {
        if (year is < First or > Last)
            throw new GraphQLException($"{name} is between the years {First} and {Last}.", GraphQLErrorCodes.BadUserInput);
    }
}

static class Bcl
{
    public static TimeOnly Of(LocalTime time) => time.ToTimeOnly();

    public static DateOnly Of(LocalDate day) => day.ToDateOnly();

    public static DateOnly? Of(LocalDate? day) => day?.ToDateOnly();
}
