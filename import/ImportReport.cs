namespace OrleansScheduling.Import;

public enum FileStatus
{
    None = 0,

    /// <summary>Everything in it is recorded (in a dry run: would be).</summary>
    Imported = 1,

    /// <summary>It has errors: nothing of it was recorded.</summary>
    Refused = 2,

    /// <summary>A file that it builds on was refused: nothing of it was recorded. Its rows were not looked at.</summary>
    Skipped = 3,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Line">Line on which the row starts, the header being line 1; 0 when it is about the file as a whole.</param>
/// <param name="Column">The column's name; empty when it is about the whole row.</param>
/// <param name="Value">What stands there, cut to <see cref="ImportLimits.MaxReportedValue"/> characters.</param>
/// <param name="Rule">What is expected instead.</param>
public sealed record ImportError(string File, int Line, string Column, string Value, string Rule);

/// <summary>What became of one file.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Added">Entries that were not recorded before.</param>
/// <param name="Changed">Entries that were recorded with other values.</param>
/// <param name="Unchanged">Entries that were recorded just so.</param>
/// <param name="Removed">Entries of a list (windows, quotas, skills, …) that the file no longer has.</param>
/// <param name="ErrorCount">All errors, also those beyond <see cref="ImportLimits.MaxListedErrors"/>.</param>
/// <param name="Notices">Worth knowing, and no reason to refuse.</param>
public sealed record FileReport(
    string File,
    FileStatus Status,
    int Rows,
    int Added,
    int Changed,
    int Unchanged,
    int Removed,
    int ErrorCount,
    IReadOnlyList<ImportError> Errors,
    IReadOnlyList<string> Notices);

/// <summary>The outcome of one import.</summary>
/// <param name="Errors">About the directory as a whole; those of files stand with them.</param>
public sealed record ImportReport(
    string Directory,
    bool DryRun,
    IReadOnlyList<FileReport> Files,
    IReadOnlyList<ImportError> Errors,
    IReadOnlyList<string> Notices)
{
    public bool Succeeded => Errors.Count == 0 && Files.All(file => file.Status == FileStatus.Imported);

    public int ErrorCount => Errors.Count + Files.Sum(file => file.ErrorCount);
}
