using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Import.Files;
using OrleansScheduling.Import.Reading;

namespace OrleansScheduling.Import.Roads.Osrm;

/// <summary>The places that a directory of import files names: properties, and where operatives start and end their days.</summary>
public static class ImportedPlaces
{
    /// <returns>Each place once, in the order of the files; and what is wrong with the files.</returns>
    public static (IReadOnlyList<Place> Places, IReadOnlyList<ImportError> Errors) Read(string directory)
    {
        var places = new HashSet<Place>();
        var errors = new List<ImportError>();
        Add(PropertyColumns.Format, [(PropertyColumns.Latitude, PropertyColumns.Longitude)]);
        Add(OperativeColumns.Format,
        [
            (OperativeColumns.StartLatitude, OperativeColumns.StartLongitude),
            (OperativeColumns.EndLatitude, OperativeColumns.EndLongitude),
        ]);
        return ([.. places], errors);

        void Add(FileFormat format, (Column Latitude, Column Longitude)[] columns)
        {
            var log = new ErrorLog(format.Name);
            foreach (var row in CsvTable.Open(Path.Combine(directory, format.Name), format, log)?.Rows() ?? [])
            {
                foreach (var (latitude, longitude) in columns)
                {
                    if (row.IsBlank(latitude) && row.IsBlank(longitude) && !latitude.Required) continue;
                    if (row.Place(latitude, longitude) is { } place) places.Add(place);
                }
            }

            errors.AddRange(log.Errors);
        }
    }
}
