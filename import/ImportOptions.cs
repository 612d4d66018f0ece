using NodaTime;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import;

/// <param name="Now">The moment of the import; relative dates count from its day in the contractor's time zone.</param>
/// <param name="DryRun">Check everything, write nothing.</param>
public sealed record ImportOptions(Instant Now, bool DryRun = false)
{
    /// <summary>The lengths that the running system plans with: what an import places can be kept by them.</summary>
    public ITravel Travel { get; init; } = StraightLineTravel.Default;
}

public enum ImportStep
{
    None = 0,

    /// <summary>Reading and checking rows.</summary>
    Reading = 1,

    /// <summary>Writing what was read.</summary>
    Writing = 2,

    /// <summary>The file is done, or refused.</summary>
    Finished = 3,
}

/// <summary>Where an import has got to.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Rows">Rows of the file read so far.</param>
public sealed record ImportProgress(string File, ImportStep Step, int Rows);
