using System.Globalization;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Bench.Solomon;

/// <summary>A customer, or the depot, as the file tells it.</summary>
readonly record struct Customer(double X, double Y, double Demand, double Ready, double Due, double Service);

/// <summary>One instance in Solomon's text form: vehicles and their capacity, then a line for the depot and each customer.</summary>
sealed class SolomonInstance
{
    /// <summary>Largest file that is read: some thousands of customers.</summary>
    const long MaxBytes = 4 * 1024 * 1024;

    SolomonInstance(string name, int vehicles, int capacity, IReadOnlyList<Customer> places)
    {
        Name = name;
        Vehicles = vehicles;
        Capacity = capacity;
        Places = places;
        TimesScale = ScaleFor(places);
    }

    public string Name { get; }

    public int Vehicles { get; }

    public int Capacity { get; }

    /// <summary>The depot first.</summary>
    public IReadOnlyList<Customer> Places { get; }

    /// <summary>How many of the plan's units of time the instance's own unit has.</summary>
    public double TimesScale { get; }

    /// <exception cref="InvalidDataException">Not an instance.</exception>
    public static SolomonInstance Read(FileInfo file)
    {
        if (file.Length > MaxBytes) throw new InvalidDataException($"{file.Name} is larger than {MaxBytes} bytes.");
        static double Number(string word) => double.TryParse(word, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
        var rows = File.ReadLines(file.FullName)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(words => words.Select(Number).ToArray())
            .Where(row => row.Length > 0 && !row.Any(double.IsNaN))
            .ToList();
        var fleet = rows.FirstOrDefault(row => row.Length == 2) ?? throw new InvalidDataException($"{file.Name} names no vehicles.");
        var places = rows.Where(row => row.Length == 7)
            .Select(row => new Customer(row[1], row[2], row[3], row[4], row[5], row[6]))
            .ToList();
        if (places.Count < 2) throw new InvalidDataException($"{file.Name} has no customers.");
        return new SolomonInstance(Path.GetFileNameWithoutExtension(file.Name), (int)fleet[0], (int)fleet[1], places);
    }

    public double Distance(int from, int to)
    {
        var dx = Places[from].X - Places[to].X;
        var dy = Places[from].Y - Places[to].Y;
        return Math.Sqrt((dx * dx) + (dy * dy));
    }

    /// <summary>
    /// The instance as a plan: a day for each vehicle, a visit for each customer, demand as van stock. Distances are real numbers; times
    /// are rounded
    /// up to a fine unit, so that what is feasible here is feasible exactly.
    /// </summary>
    public PlanProblem ToProblem()
    {
        int Time(double value) => (int)Math.Round(value * TimesScale);
        // A way whose length is a whole number of units stays one, whatever the last bit of its square root.
        int Way(int from, int to) => (int)Math.Ceiling((Distance(from, to) * TimesScale) - 1e-6);
        var depot = Places[0];
        var days = Enumerable.Range(1, Math.Min(Vehicles, PlanProblem.MaxDays))
            .Select(number => new OperativeDay($"V{number}", 0, 0, Time(depot.Ready), Time(depot.Due)) { Stock = [Capacity] });
        var visits = Places.Index().Skip(1)
            .Select(place => new PlanVisit(
                $"C{place.Index}", place.Index, Time(place.Item.Service), Time(place.Item.Ready), Time(place.Item.Due))
            {
                Stock = [(int)place.Item.Demand],
            });
        return new PlanProblem([.. days], [.. visits], WayTable.OfTimes(Places.Count, Way, Distance));
    }

    /// <summary>
    /// The distance of a plan, in double precision, after each vehicle has been driven along its route by the instance's own numbers:
    /// windows,
    /// capacity, and each customer once.
    /// </summary>
    /// <exception cref="InvalidOperationException">The plan breaks a rule of the instance.</exception>
    public double DistanceOf(Plan plan)
    {
        const double Rounding = 1e-6;
        void Require(bool holds, int customer)
        {
            if (!holds) throw new InvalidOperationException($"{Name}: the plan breaks a rule at customer {customer}.");
        }

        var seen = new bool[Places.Count];
        var total = 0.0;
        for (var day = 0; day < plan.Days.Count; day++)
        {
            var (time, load, at) = (Places[0].Ready, 0.0, 0);
            foreach (var customer in plan.VisitsOn(day).Select(visit => visit + 1).Append(0))
            {
                var place = Places[customer];
                time = Math.Max(place.Ready, time + Distance(at, customer));
                load += place.Demand;
                Require(time <= place.Due + Rounding && load <= Capacity && (customer == 0 || !seen[customer]), customer);
                total += Distance(at, customer);
                time += place.Service;
                (seen[customer], at) = (true, customer);
            }
        }

        Require(seen.Skip(1).All(isSeen => isSeen), 0);
        return total;
    }

    /// <summary>As fine as the integers allow with the latest time of the instance, and never finer than a ten-thousandth.</summary>
    static double ScaleFor(IReadOnlyList<Customer> places)
    {
        var scale = 10_000.0;
        while (places.Max(place => place.Due + place.Service) * scale > PlanProblem.MaxTime / 2.0) scale /= 10;
        return scale;
    }
}
