using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Roads;

/// <summary>
/// Turns a road file into a network that is ready to be used: reads it, leaves out what cannot be reached and left, makes the
/// hierarchy and saves both. A file with an error in it changes nothing.
/// </summary>
public static class RoadImport
{
    /// <summary>Reads a file, by its ending: <c>.geojson</c> or <c>.json</c>, <c>.osm.pbf</c> or <c>.pbf</c>.</summary>
    /// <returns>The network, or null with the errors in the report.</returns>
    public static (RoadNetwork? Network, RoadImportReport Report) Read(
        string path, RoadSpeeds speeds, IProgress<RoadImportProgress>? progress, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        var draft = new RoadDraft(speeds);
        ReadFile(path, draft, progress, cancellationToken);
        if (draft.ErrorCount > 0) return (null, Report(null, 0));
        var (map, summary) = draft.Builder.Build();
        if (map is null) draft.Refuse("the file", "", "", "There is no road in it that a van could use.");
        else if (map.NodeCount > RoadMap.MaxNodes || map.SegmentCount > RoadMap.MaxSegments)
            draft.Refuse("the file", "", "",
                $"A network has at most {RoadMap.MaxNodes:N0} junctions and {RoadMap.MaxSegments:N0} segments.");
        if (map is null || draft.ErrorCount > 0) return (null, Report(null, 0));
        var told = progress is null ? null : new Told(progress, map.NodeCount);
        var network = new RoadNetwork(map, Contraction.Run(map, told, cancellationToken));
        return (network, Report(summary, network.Hierarchy.ArcCount));

        RoadImportReport Report(RoadMapSummary? result, int arcs) => new(
            name, result, arcs, draft.Skipped, draft.ErrorCount, draft.Errors, draft.NoticeCount, draft.Notices);
    }

    /// <summary>
    /// As <see cref="Read"/>, and saves the network; a file that is there already is replaced in one step, or stays as it is.
    /// </summary>
    public static RoadImportReport Run(
        string path, string saveAs, RoadSpeeds speeds, IProgress<RoadImportProgress>? progress, CancellationToken cancellationToken)
    {
        var (network, report) = Read(path, speeds, progress, cancellationToken);
        if (network is null) return report;
        progress?.Report(new RoadImportProgress(RoadImportStep.Writing, 0, 1));
        Save(stream => RoadNetworkFile.Write(network, stream), saveAs);
        return report;
    }

    /// <summary>Writes beside the file and then puts the new one in its place: a reader sees the old or the new, never a part.</summary>
    public static void Save(Action<Stream> write, string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory);
        var beside = path + ".new";
        using (var file = File.Create(beside))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    static void ReadFile(string path, RoadDraft draft, IProgress<RoadImportProgress>? progress, CancellationToken cancellationToken)
    {
        bool EndsIn(string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
        var (isPbf, isJson) = (EndsIn(".pbf"), EndsIn(".geojson") || EndsIn(".json"));
        var file = new FileInfo(path);
        var most = isPbf ? RoadLimits.MaxPbfBytes : RoadLimits.MaxGeoJsonBytes;
        if (!isPbf && !isJson) draft.Refuse("the file", "", file.Name, "A road file ends in .geojson, .json or .pbf.");
        else if (!file.Exists) draft.Refuse("the file", "", file.Name, "There is no such file.");
        else if (file.Length > most) draft.Refuse("the file", "", file.Name, $"It has {file.Length:N0} bytes; at most {most:N0} are read.");
        if (draft.ErrorCount > 0) return;
        if (isJson) new GeoJsonRoads(draft, progress).Read(File.ReadAllBytes(path), cancellationToken);
        else
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            new PbfRoads(draft, progress).Read(stream, cancellationToken);
        }
    }

    sealed class Told(IProgress<RoadImportProgress> progress, int nodes) : IProgress<int>
    {
        public void Report(int value) => progress.Report(new RoadImportProgress(RoadImportStep.Contracting, value, nodes));
    }
}
