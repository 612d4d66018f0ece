using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>Road networks drawn at random: a crooked grid with gaps, bends, one-way streets and all speeds.</summary>
static class RandomRoads
{
    /// <param name="side">Junctions along each side.</param>
    /// <param name="spacingDegrees">From one to the next.</param>
    public static RoadMapBuilder Grid(Random random, int side, Place centre, double spacingDegrees, RoadMapBuilder? into = null)
    {
        var builder = into ?? new RoadMapBuilder();
        var points = new int[side, side];
        var places = new (double Latitude, double Longitude)[side, side];
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                places[row, column] = (
                    centre.LatitudeDegrees + ((row - (side / 2.0) + Jitter()) * spacingDegrees),
                    centre.LongitudeDegrees + ((column - (side / 2.0) + Jitter()) * spacingDegrees * 1.5));
                points[row, column] = Add(places[row, column].Latitude, places[row, column].Longitude);
            }
        }

        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                if (row + 1 < side) Road(row, column, row + 1, column);
                if (column + 1 < side) Road(row, column, row, column + 1);
                if (row + 1 < side && column + 1 < side && random.Next(12) == 0) Road(row, column, row + 1, column + 1);
            }
        }

        return builder;

        void Road(int row, int column, int toRow, int toColumn)
        {
            if (random.Next(10) == 0) return;
            var (a, b) = (places[row, column], places[toRow, toColumn]);
            var line = new List<int> { points[row, column] };
            for (var bend = random.Next(3); bend > 0; bend--)
            {
                var share = random.NextDouble();
                line.Add(Add(
                    a.Latitude + ((b.Latitude - a.Latitude) * share) + (Jitter() * spacingDegrees / 5),
                    a.Longitude + ((b.Longitude - a.Longitude) * share) + (Jitter() * spacingDegrees / 5)));
            }

            line.Add(points[toRow, toColumn]);
            var direction = random.Next(10) switch { 0 => RoadDirection.Forward, 1 => RoadDirection.Backward, _ => RoadDirection.Both };
            builder.AddWay([.. line], random.Next(12, 95), direction);
        }

        int Add(double latitude, double longitude) => builder.AddPoint(Units(latitude), Units(longitude));

        double Jitter() => random.NextDouble() - 0.5;
    }

    public static int Units(double degrees) => (int)Math.Round(degrees * RoadMap.UnitsPerDegree);

    public static RoadNetwork Network(RoadMapBuilder builder)
    {
        var map = builder.Build().Map ?? throw new InvalidOperationException("No road was drawn.");
        return new RoadNetwork(map, Contraction.Run(map));
    }
}
