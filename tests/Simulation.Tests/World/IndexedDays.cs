using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>What an index shows of a diary, as text, to be compared.</summary>
static class IndexedDays
{
    public static string Of(AvailabilityIndex index, OperativeId operative, LocalDate from, int days)
    {
        var shown = new List<string>();
        for (var day = from; day < from.PlusDays(days); day = day.PlusDays(1))
        {
            if (index.Day(operative, day) is not { } route) continue;
            shown.Add($"{day:MM-dd}: {string.Join(", ", route.Stops.Select(stop => $"{stop.Visit}@{stop.Start}+{stop.Seconds}"))}");
        }

        return string.Join("; ", shown);
    }
}
