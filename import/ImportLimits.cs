namespace OrleansScheduling.Import;

/// <summary>The bounds of one import. They keep the memory of a bad file within what a small server can spare.</summary>
public static class ImportLimits
{
    /// <summary>Largest file: about 300,000 properties. One file is in memory at a time.</summary>
    public const int MaxFileBytes = 32 * 1024 * 1024;

    /// <summary>Most rows of one file below its header; a landlord of 100,000 homes is a large one.</summary>
    public const int MaxRows = 100_000;

    /// <summary>Most bytes of one field; the longest allowed is a job's description, 1,000 characters of up to 4 bytes.</summary>
    public const int MaxFieldBytes = 4_000;

    /// <summary>Most bytes of one line: every column full would still be shorter.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>Bad fields that are listed for one file; further ones are only counted.</summary>
    public const int MaxListedErrors = 1_000;

    /// <summary>Notices that are listed for one file; further ones are dropped.</summary>
    public const int MaxNotices = 20;

    /// <summary>Characters of a bad value that a report repeats.</summary>
    public const int MaxReportedValue = 80;

    /// <summary>Rows between two progress reports.</summary>
    public const int ProgressEveryRows = 1_000;

    /// <summary>Entries of one list in one field (patches, trades, skills).</summary>
    public const int MaxListEntries = 64;

    /// <summary>Skills, clearances, rotas, absences or overtime entries of one operative, each.</summary>
    public const int MaxEntriesPerOperative = 500;

    /// <summary>
    /// How often jobs are placed and written again when a diary moved while they were being placed.
    /// An import into a busy ledger rarely needs the second.
    /// </summary>
    public const int MaxWriteAttempts = 5;

    /// <summary>How far a relative date may reach, in days: ten years.</summary>
    public const int MaxRelativeDays = 3_660;
}
