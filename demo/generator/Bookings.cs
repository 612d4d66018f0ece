namespace OrleansScheduling.DemoGenerator;

/// <param name="Day">Working days from today.</param>
/// <param name="Start">Planned start, minutes of the day.</param>
sealed record Appointment(int Visit, IReadOnlyList<Worker> Workers, int Day, string Window, int Start);

sealed record Booking(
    string Contract, string Reference, Home Home, IReadOnlyList<Repair> Repairs, string Description, int ReportedDay, int ReportedMinute,
    string Status, IReadOnlyList<Appointment> Appointments);

/// <summary>
/// Three weeks of diaries around today, in working days, so that they fit whatever weekday today is. Every day is a route that
/// leaves more time for travel than the product reckons with.
/// </summary>
sealed class Bookings
{
    const int FirstDay = -5;
    const int LastDay = 14;
    const int TriesPerSlot = 30;
    const int JointJobsPerDay = 9;

    // No contract promises a visit before 08:00, though some shifts begin earlier.
    const int FirstWindow = 8 * 60;

    // Slower than any hour of the product's speed profile: 1.5 × the straight line at 15 km/h (250 m a minute), and two minutes to park.
    const int MetresPerMinute = 165;
    const int ParkingMinutes = 2;

    readonly Dice _dice;
    readonly Workforce _workforce;
    readonly ILookup<(string Client, string Patch), Home> _homes;
    readonly Dictionary<(string Contract, int Day, string Window, string Patch), int> _used = [];
    readonly Dictionary<(string Worker, int Day), Route> _routes = [];
    int _number = 100_400;

    public Bookings(Dice dice, Town town, Workforce workforce)
    {
        _dice = dice;
        _workforce = workforce;
        _homes = town.Homes.ToLookup(home => (home.Client, home.Patch));
        for (var day = FirstDay; day <= LastDay; day++)
        {
            for (var i = 0; i < JointJobsPerDay; i++) BookPair(day);
        }

        for (var day = FirstDay; day <= LastDay; day++)
        {
            foreach (var worker in workforce.Workers.Where(worker => worker.Pattern.Planned && !worker.Away.Contains(day))) FillDay(worker,
                day);
        }

        for (var i = 0; i < 60; i++) Unbooked("logged");
        for (var i = 0; i < 25; i++) Unbooked("cancelled");
    }

    public List<Booking> All { get; } = [];

    /// <summary>Per cent of the planned part of a day: last week nearly full, this week well booked, then thinning out.</summary>
    static int Share(int day) => day switch
    {
        < 0 => 76,
        <= 4 => 66 - (2 * day),
        _ => Math.Max(8, 52 - (5 * (day - 4))),
    };

    void FillDay(Worker worker, int day)
    {
        var target = (worker.Pattern.Last - worker.Pattern.First) * Math.Clamp(Share(day) + _dice.Between(-12, 12), 4, 90) / 100;
        for (var tries = 0; tries < TriesPerSlot && RouteOf(worker, day).Busy < target; tries++) BookOne(worker, day);
    }

    void BookOne(Worker worker, int day)
    {
        if (Choose(worker) is not { } choice) return;
        var (contract, home, repair) = choice;
        if (repair.Operatives > 1) return;
        var last = day + ((repair.Visits - 1) * Math.Max(1, repair.GapDays));
        // A job whose first visit is done and whose last is not has no status of its own yet.
        if (repair.Visits > 2 || last > LastDay || (day < 0 && last >= 0) || worker.Away.Contains(last)) return;
        var minutes = OnSite(worker, repair);
        if (RouteOf(worker, day).Fit(home.Spot, minutes, FirstWindow) is not { } start
            || WindowAt(contract, start, day, home.Patch) is not { } window) return;
        var appointments = new List<Appointment> { new(1, [worker], day, window.Code, start) };
        if (repair.Visits == 2)
        {
            var later = RouteOf(worker, last);
            if (later.Fit(home.Spot, minutes, FirstWindow) is not { } again
                || WindowAt(contract, again, last, home.Patch) is not { } secondWindow) return;
            later.Add(home.Spot, again, minutes);
            appointments.Add(new Appointment(2, [worker], last, secondWindow.Code, again));
        }

        RouteOf(worker, day).Add(home.Spot, start, minutes);
        Count(contract, day, window.Code, home.Patch);
        Add(contract, home, [repair], day, appointments);
    }

    /// <summary>Two people on site together: a two-person lift, or two trades in one visit.</summary>
    void BookPair(int day)
    {
        var first = _dice.Pick(_workforce.Workers);
        if (!IsFree(first, day) || Choose(first) is not { } choice) return;
        var (contract, home, repair) = choice;
        if (repair.Visits > 1 || repair.Operatives > 2) return;
        var others = _workforce.Workers.Where(worker => worker != first && worker.Contractor == first.Contractor && IsFree(worker, day)
            && worker.LastingContracts.Contains(contract) && Covers(worker, home.Patch)
            && (repair.Operatives == 2 ? worker.Trade == first.Trade && worker.Has(repair.Skills) : worker.Trade != first.Trade)).ToList();
        if (others.Count == 0) return;
        var second = _dice.Pick(others);
        var repairs = new List<Repair> { repair };
        if (repair.Operatives == 1)
        {
            // A second trade only where the contract covers it and the work is of the ordinary kind.
            var companion = Repair.All.Where(item => item.Trade == second.Trade && item.Skills.Length == 0
                && item is { Operatives: 1, Visits: 1, Emergency: false }).ToList();
            if (companion.Count == 0) return;
            repairs.Add(_dice.Pick(companion));
        }

        var (firstMinutes, secondMinutes) = (OnSite(first, repair), OnSite(second, repairs[^1]));
        var start = Math.Max(FirstWindow, Math.Max(RouteOf(first, day).Earliest(home.Spot), RouteOf(second, day).Earliest(home.Spot)));
        if (RouteOf(first, day).Fit(home.Spot, firstMinutes, start) != start
            || RouteOf(second, day).Fit(home.Spot, secondMinutes, start) != start) return;
        if (WindowAt(contract, start, day, home.Patch) is not { } window) return;
        RouteOf(first, day).Add(home.Spot, start, firstMinutes);
        RouteOf(second, day).Add(home.Spot, start, secondMinutes);
        Count(contract, day, window.Code, home.Patch);
        Add(contract, home, repairs, day, [new Appointment(1, [first, second], day, window.Code, start)]);
    }

    bool IsFree(Worker worker, int day) =>
        worker.Pattern.Planned && worker.Pattern.LunchMinutes > 0 && !worker.Away.Contains(day) && RouteOf(worker, day).IsEmpty;

    static bool Covers(Worker worker, string patch) => worker.HomePatch == patch || worker.HelpsOutIn.Contains(patch);

    static int OnSite(Worker worker, Repair repair) => ((repair.Minutes * worker.Pace) + 99) / 100;

    (string Contract, Home Home, Repair Repair)? Choose(Worker worker)
    {
        var contracts = worker.LastingContracts.ToList();
        if (contracts.Count == 0) return null;
        var contract = _dice.Pick(contracts);
        var client = Workforce.Agreements.Single(agreement => agreement.Reference == contract).Client;
        var patch = _dice.Percent(75) ? worker.HomePatch : _dice.Pick(worker.HelpsOutIn);
        var homes = _homes[(client, patch)].ToList();
        var repairs = Repair.All.Where(repair => repair.Trade == worker.Trade && worker.Has(repair.Skills)).ToList();
        return homes.Count == 0 || repairs.Count == 0 ? null
            : (contract, _dice.Pick(homes), _dice.PickWeighted(repairs, repair => repair.Weight));
    }

    /// <summary>A window that holds the start and still has quota to spare.</summary>
    Window? WindowAt(string contract, int start, int day, string patch)
    {
        var open = Window.All.Where(window => window.Contract == contract && window.OnWeekdays && window.Start <= start
            && start < window.End
            && Limits(contract, window.Code, patch).All(limit =>
                _used.GetValueOrDefault((contract, day, limit.Window, limit.Patch)) < limit.MaxPerDay - 2)).ToList();
        return open.Count == 0 ? null : _dice.Pick(open);
    }

    static IEnumerable<Limit> Limits(string contract, string window, string patch) =>
        Limit.All.Where(limit => limit.Contract == contract && (limit.Window.Length == 0 || limit.Window == window)
            && (limit.Patch.Length == 0 || limit.Patch == patch));

    void Count(string contract, int day, string window, string patch)
    {
        foreach (var limit in Limits(contract, window, patch))
            _used[(contract, day, limit.Window, limit.Patch)] = _used.GetValueOrDefault((contract, day, limit.Window, limit.Patch)) + 1;
    }

    void Add(string contract, Home home, IReadOnlyList<Repair> repairs, int day, IReadOnlyList<Appointment> appointments)
    {
        var emergency = repairs.Any(repair => repair.Emergency);
        var reported = Math.Min(day, 0) - _dice.Between(1, emergency ? 1 : 9);
        All.Add(new Booking(contract, NextReference(contract), home, repairs, Describe(repairs), reported, _dice.Between(8 * 60, 19 * 60),
            appointments[^1].Day < 0 ? "completed" : "booked", appointments));
    }

    void Unbooked(string status)
    {
        var worker = _dice.Pick(_workforce.Workers);
        if (Choose(worker) is not { } choice) return;
        All.Add(new Booking(choice.Contract, NextReference(choice.Contract), choice.Home, [choice.Repair], Describe([choice.Repair]),
            -_dice.Between(1, 8), _dice.Between(8 * 60, 19 * 60), status, []));
    }

    string NextReference(string contract) => $"{(contract.StartsWith("BRK", StringComparison.Ordinal) ? "R" : "MT")}-{_number++}";

    string Describe(IReadOnlyList<Repair> repairs)
    {
        string[] times = ["", "", "", " since yesterday", " for a week", " again"];
        string[] notes = ["", "", "", "", ". Please ring first", ". Dog in the house", ". Tenant works nights", ". Key with the neighbour",
            ". Use the side gate"];
        var names = string.Join(" and ",
            repairs.Select((repair, index) => index == 0 ? repair.PlainName : repair.PlainName.ToLowerInvariant()));
        var (time, note) = (_dice.Pick(times), _dice.Pick(notes));
        // Nothing that is planned, rather than broken, has been so since yesterday.
        var planned = names.Contains("check", StringComparison.Ordinal) || names.Contains("need", StringComparison.Ordinal);
        return $"{names}{(planned ? "" : time)}{note}";
    }

    Route RouteOf(Worker worker, int day)
    {
        if (!_routes.TryGetValue((worker.Reference, day), out var route)) _routes[(worker.Reference, day)] = route = new Route(worker);
        return route;
    }

    /// <summary>One day of one operative, filled from its start.</summary>
    sealed class Route(Worker worker)
    {
        Spot _at = worker.Start;
        int _free = worker.Pattern.First;
        bool _lunch;

        /// <summary>Minutes used, travel included.</summary>
        public int Busy { get; private set; }

        public bool IsEmpty => _free == worker.Pattern.First;

        public int Earliest(Spot spot) => Round(_free + Travel(_at, spot));

        /// <summary>When a visit could start, not before a minute; null when it does not fit any more.</summary>
        public int? Fit(Spot spot, int minutes, int notBefore)
        {
            var pattern = worker.Pattern;
            var start = Math.Max(Earliest(spot), notBefore);
            // Lunch comes first when it could not be had in time afterwards, a little travel and rounding allowed for.
            if (NeedsLunch(start, minutes)) start = Round(Math.Max(_free, pattern.LunchFrom) + pattern.LunchMinutes + Travel(_at, spot));
            return start + minutes + Travel(spot, worker.End) <= pattern.Last ? start : null;
        }

        public void Add(Spot spot, int start, int minutes)
        {
            if (NeedsLunch(Math.Max(Earliest(spot), IsEmpty ? start : 0), minutes)) _lunch = true;
            var end = start + minutes;
            Busy += minutes + Travel(_at, spot);
            (_at, _free) = (spot, end);
            if (_lunch || worker.Pattern.LunchMinutes == 0 || end < worker.Pattern.LunchFrom) return;
            _free = end + worker.Pattern.LunchMinutes;
            _lunch = true;
        }

        bool NeedsLunch(int start, int minutes) =>
            !_lunch && worker.Pattern.LunchMinutes > 0 && start + minutes > worker.Pattern.LunchStartBy;

        static int Travel(Spot a, Spot b) => a == b ? 1 : ParkingMinutes + (Spot.Metres(a, b) / MetresPerMinute) + 1;

        static int Round(int minute) => (minute + 4) / 5 * 5;
    }
}
