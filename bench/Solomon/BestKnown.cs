using System.Globalization;

namespace OrleansScheduling.Bench.Solomon;

/// <summary>The best solution known of one instance.</summary>
/// <param name="Distance">Least distance, in double precision or as near to it as is known.</param>
/// <param name="Vehicles">Fewest vehicles.</param>
sealed record BestKnown(double Distance, int Vehicles)
{
    /// <summary>By how much distances grow when ways are not truncated to one decimal: mean of the instances of which both are
    /// known.</summary>
    const double ExactOverTruncated = 1.0035;

    /// <summary>Reads every file of a directory whose name ends in <c>bks.csv</c>; an instance that none names has no best known
    /// solution.</summary>
    public static IReadOnlyDictionary<string, BestKnown> Read(DirectoryInfo directory)
    {
        var found = new Dictionary<string, BestKnown>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in directory.GetFiles("*bks.csv").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var lines = File.ReadAllLines(file.FullName);
            var columns = lines[0].Split(',').Index()
                .ToDictionary(column => column.Item.Trim(), column => column.Index, StringComparer.Ordinal);
            foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
            {
                var cells = line.Split(',');
                string Cell(string column) => columns.TryGetValue(column, out var index) && index < cells.Length ? cells[index].Trim() : "";
                double? Number(string column) => double.TryParse(Cell(column), CultureInfo.InvariantCulture, out var value) ? value : null;
                var distance = Number("dist_exact_of_same_routes") ?? (Number("dist_dimacs_trunc1") * ExactOverTruncated);
                if (distance is { } known && Number("hier_vehicles") is { } vehicles)
                    found[Cell("instance")] = new BestKnown(known, (int)vehicles);
            }
        }

        return found;
    }
}
