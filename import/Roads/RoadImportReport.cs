using System.Globalization;
using System.Text;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Roads;

/// <summary>Something in a road file that cannot be used.</summary>
/// <param name="Where">The feature's number, the way's id, or the byte, as far as it is known.</param>
public sealed record RoadError(string Where, string Field, string Value, string Rule)
{
    public override string ToString() =>
        $"{Where}{(Field.Length == 0 ? "" : $", {Field}")}{(Value.Length == 0 ? "" : $" '{Value}'")}: {Rule}";
}

/// <summary>What a road import did. When <see cref="Summary"/> is null the file was refused and nothing was written.</summary>
/// <param name="Skipped">Things in the file that are no road for a van: footpaths, rivers, houses.</param>
/// <param name="Notices">What was passed over without harm, such as a speed limit that cannot be read.</param>
public sealed record RoadImportReport(
    string File, RoadMapSummary? Summary, int Shortcuts, int Skipped, int ErrorCount, IReadOnlyList<RoadError> Errors, int NoticeCount,
    IReadOnlyList<RoadError> Notices)
{
    public bool Succeeded => Summary is not null && ErrorCount == 0;

    public string Render()
    {
        var text = new StringBuilder();
        if (Succeeded)
        {
            text.Append(CultureInfo.InvariantCulture, $"{File}: {Summary!.Ways:N0} roads, {Summary.Kilometres:N1} km, ")
                .Append(CultureInfo.InvariantCulture, $"{Summary.Segments:N0} segments between {Summary.Nodes:N0} junctions; ")
                .Append(CultureInfo.InvariantCulture, $"{Shortcuts:N0} arcs with shortcuts; {Skipped:N0} other things passed over\n");
            if (Summary.IslandSegments > 0)
                text.Append(CultureInfo.InvariantCulture,
                    $"  {Summary.IslandSegments:N0} segments cannot be reached and left by road and were left out\n");
        }
        else text.Append(CultureInfo.InvariantCulture, $"{File}: refused, nothing was changed\n");
        List(text, "errors", ErrorCount, Errors);
        List(text, "notices", NoticeCount, Notices);
        return text.ToString();
    }

    static void List(StringBuilder text, string what, int count, IReadOnlyList<RoadError> listed)
    {
        foreach (var entry in listed) text.Append(CultureInfo.InvariantCulture, $"  {entry}\n");
        if (count > listed.Count) text.Append(CultureInfo.InvariantCulture, $"  and {count - listed.Count:N0} more {what}\n");
    }
}

/// <summary>Where a road import has got to.</summary>
public sealed record RoadImportProgress(RoadImportStep Step, long Done, long Of);

public enum RoadImportStep
{
    None = 0,

    /// <summary>Reading the file; counted in bytes.</summary>
    Reading = 1,

    /// <summary>Ordering junctions and adding shortcuts; counted in junctions.</summary>
    Contracting = 2,

    /// <summary>Writing the network.</summary>
    Writing = 3,
}
