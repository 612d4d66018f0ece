namespace OrleansScheduling.Planning.Roads;

/// <summary>What kind of road a segment is; the names are OpenStreetMap's values of <c>highway</c>.</summary>
public enum RoadClass
{
    None = 0,
    Motorway = 1,
    Trunk = 2,
    Primary = 3,
    Secondary = 4,
    Tertiary = 5,
    Unclassified = 6,
    Residential = 7,
    LivingStreet = 8,
    Service = 9,
}

/// <summary>How fast each kind of road is driven on a working day from 08:00 to 18:00, junctions and lights included.</summary>
/// <remarks>
/// The hours of the day come on top: a <see cref="Travel.SpeedProfile"/> says by how much the whole town is faster or slower at each hour
/// than by day. So a speed is class × hour, and which road is fastest does not depend on the hour.
/// </remarks>
public sealed class RoadSpeeds
{
    /// <summary>Slowest and fastest speed that a class may have, in km/h.</summary>
    public const double Least = 3;
    public const double Most = 130;

    readonly double[] kilometresPerHour = new double[(int)RoadClass.Service + 1];

    /// <exception cref="ArgumentException">A class has no speed, or one out of range.</exception>
    public RoadSpeeds(IReadOnlyDictionary<RoadClass, double> kilometresPerHour)
    {
        foreach (var kind in All)
        {
            if (!kilometresPerHour.TryGetValue(kind, out var speed) || speed is not (>= Least and <= Most))
                throw new ArgumentException($"{kind} needs a speed between {Least} and {Most} km/h.", nameof(kilometresPerHour));
            this.kilometresPerHour[(int)kind] = speed;
        }
    }

    /// <summary>
    /// Our assumption for Great Britain, a deployment calibrates its own: town streets at the 28 km/h that
    /// <see cref="Travel.SpeedProfile.UrbanDefault"/> assumes by day or somewhat below, main roads above it.
    /// </summary>
    public static readonly RoadSpeeds Default = new(new Dictionary<RoadClass, double>
    {
        [RoadClass.Motorway] = 92,
        [RoadClass.Trunk] = 52,
        [RoadClass.Primary] = 36,
        [RoadClass.Secondary] = 33,
        [RoadClass.Tertiary] = 30,
        [RoadClass.Unclassified] = 28,
        [RoadClass.Residential] = 25,
        [RoadClass.LivingStreet] = 12,
        [RoadClass.Service] = 15,
    });

    /// <summary>Every class that has a speed.</summary>
    public static IEnumerable<RoadClass> All => Enum.GetValues<RoadClass>().Where(kind => kind != RoadClass.None);

    public double this[RoadClass kind] => kilometresPerHour[(int)kind];
}
