namespace OrleansScheduling.Bench.Scale;

/// <summary>What happens in a second of the busiest hour, in the whole country.</summary>
/// <param name="Searches">Windows looked for.</param>
/// <param name="Bookings">Windows held and confirmed, or booked by a tenant in one step.</param>
/// <param name="Commits">All that is written: holds, confirmations, moves, cancellations, and what operatives report.</param>
readonly record struct DemandRates(double Searches, double Bookings, double Commits);

/// <summary>
/// What a country's tenants, call handlers and operatives ask for, worked out from how many they are. The shares are assumptions of ours,
/// stated here so that they can be argued with; none is tuned.
/// </summary>
sealed record Demand(int Homes, int Operatives, int CallHandlers)
{
    /// <summary>Responsive repairs that a home reports in a year; what is planned and inspected comes to as much again.</summary>
    const double RepairsOfHome = 4;

    const double WorkingDays = 255;

    /// <summary>Of the calls of a day, those of its busiest hour: a Monday after a cold night.</summary>
    const double BusiestShare = 0.18;

    /// <summary>A call from greeting to goodbye, with its notes.</summary>
    const double SecondsOfCall = 300;

    const double SearchesOfCall = 1.6;
    const double BookedOfCalls = 0.8;

    /// <summary>Of the bookings, those that people make for themselves on the portal; they look longer.</summary>
    const double OnlineShare = 0.25;

    const double SearchesOnline = 3;

    /// <summary>Of the bookings, those that are moved or cancelled by day.</summary>
    const double ChangedShare = 0.15;

    /// <summary>Set out, begin, finish.</summary>
    const double ReportsOfVisit = 3;

    /// <summary>What an overrun, an absence or a no-access makes the engine write, for each visit.</summary>
    const double RepairsOfVisit = 0.15;

    const double VisitsOfOperative = 5;

    public double JobsOfDay => Homes * RepairsOfHome * 2 / WorkingDays;

    /// <summary>In the busiest hour. What call handlers can take bounds it; the rest wait in the telephone's queue.</summary>
    public DemandRates Busiest
    {
        get
        {
            var bookings = JobsOfDay * BusiestShare / 3600;
            var calls = Math.Min(bookings * (1 - OnlineShare) / BookedOfCalls, CallHandlers / SecondsOfCall);
            var online = bookings * OnlineShare;
            var booked = (calls * BookedOfCalls) + online;
            // A call handler holds and then confirms; a tenant's booking is one commit.
            var booking = (2 * calls * BookedOfCalls) + online + (bookings * ChangedShare);
            var visits = Operatives * VisitsOfOperative / (8 * 3600.0);
            return new DemandRates(
                (calls * SearchesOfCall) + (online * SearchesOnline), booked, booking + (visits * (ReportsOfVisit + RepairsOfVisit)));
        }
    }

    /// <summary>
    /// Sizes of contractors, the largest first: as cities are, the second is half of the first and so on, but none is larger than
    /// <paramref name="largest"/> and none smaller than 100.
    /// </summary>
    public IReadOnlyList<int> Contractors(int largest)
    {
        var sizes = new List<int>();
        for (var (left, rank) = (Operatives, 1); left > 0; rank++)
        {
            var size = Math.Min(left, Math.Max(100, largest / rank));
            sizes.Add(size);
            left -= size;
        }

        return sizes;
    }
}
