namespace OrleansScheduling.Import.Roads;

/// <summary>The bounds of one road import.</summary>
public static class RoadLimits
{
    /// <summary>Largest GeoJSON file; it is in memory as a whole. A county's roads are about half of it; larger ones come as PBF.</summary>
    public const int MaxGeoJsonBytes = 512 * 1024 * 1024;

    /// <summary>Largest PBF file: Great Britain is about 2 GiB. It is read block by block.</summary>
    public const long MaxPbfBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Largest header of a PBF block, by the format's own rule (64 KiB).</summary>
    public const int MaxBlockHeaderBytes = 64 * 1024;

    /// <summary>Largest PBF block, packed and unpacked, by the format's own rule (32 MiB).</summary>
    public const int MaxBlockBytes = 32 * 1024 * 1024;

    /// <summary>Most points of all roads together; 24 bytes each while they are read.</summary>
    public const int MaxPoints = 60_000_000;

    /// <summary>Most roads.</summary>
    public const int MaxWays = 10_000_000;

    /// <summary>Most points of one road, by OpenStreetMap's own rule.</summary>
    public const int MaxPointsOfWay = 2_000;

    /// <summary>GeoJSON has no such rule; a longer line is no road.</summary>
    public const int MaxPointsOfLine = 20_000;

    /// <summary>Errors that are listed; further ones are only counted.</summary>
    public const int MaxListedErrors = 100;

    /// <summary>Roads between two progress reports.</summary>
    public const int ProgressEveryWays = 20_000;
}
