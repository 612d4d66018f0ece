using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Bench.Roads;

/// <summary>A city drawn at random where the bench's town lies: a crooked grid of streets with main roads, gaps and one-ways.</summary>
static class CityMap
{
    static readonly Place Centre = new(51.55, -0.1);

    // 190 junctions a side, 85 m apart, span 16 km: the bench's town.
    const double Spacing = 0.00077;

    public static RoadMap Draw(Random random, int side)
    {
        var builder = new RoadMapBuilder();
        var points = new int[side, side];
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                points[row, column] = builder.AddPoint(
                    Units(Centre.LatitudeDegrees + ((row - (side / 2.0) + Jitter()) * Spacing)),
                    Units(Centre.LongitudeDegrees + ((column - (side / 2.0) + Jitter()) * Spacing * 1.6)));
            }
        }

        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                if (row + 1 < side) Road(points[row, column], points[row + 1, column], column);
                if (column + 1 < side) Road(points[row, column], points[row, column + 1], row);
            }
        }

        return builder.Build().Map!;

        void Road(int from, int to, int line)
        {
            var isMain = line % 16 == 0;
            if (!isMain && random.Next(100) < 22) return;
            var speed = isMain ? RoadSpeeds.Default[RoadClass.Primary]
                : line % 4 == 0 ? RoadSpeeds.Default[RoadClass.Tertiary] : RoadSpeeds.Default[RoadClass.Residential];
            builder.AddWay([from, to], speed, !isMain && random.Next(100) < 8 ? RoadDirection.Forward : RoadDirection.Both);
        }

        double Jitter() => (random.NextDouble() - 0.5) * 0.7;
    }

    static int Units(double degrees) => (int)Math.Round(degrees * RoadMap.UnitsPerDegree);
}
