using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>A job, with what is worked out of its place and its lines.</summary>
public sealed class JobRecord
{
    public long Id { get; init; }

    public long Version { get; init; }

    public DateTimeOffset ReportedAt { get; init; }

    /// <summary>The day that its reference begins with.</summary>
    public DateOnly ReportedDay { get; init; }

    public string? PromiseWindow { get; init; }

    public DateTimeOffset? PromiseStarts { get; init; }

    public DateTimeOffset? PromiseEnds { get; init; }

    public int? HoldNumber { get; init; }

    /// <summary>Who holds it: an opaque id.</summary>
    public string? Holder { get; init; }

    public string? HoldWindow { get; init; }

    public DateTimeOffset? HoldStarts { get; init; }

    public DateTimeOffset? HoldEnds { get; init; }

    public DateTimeOffset? HoldExpiresAt { get; init; }

    public int ContractId { get; init; }

    public int ClientId { get; init; }

    public int ContractorId { get; init; }

    public int PropertyId { get; init; }

    public JobStatus Status { get; init; }

    public bool Emergency { get; init; }

    /// <summary>SOR codes with a space between them.</summary>
    public required string Lines { get; init; }

    public required string Description { get; init; }

    public string? Patch { get; init; }

    public string? Postcode { get; init; }

    /// <summary>The diary day of its first visit that is promised; null while there is none.</summary>
    public DateOnly? BookedDay { get; init; }

    /// <summary>The trade of its first line.</summary>
    public string? Trade { get; init; }

    /// <summary>Of all lines.</summary>
    public int StandardMinutes { get; init; }

    /// <summary>Hours from the report to the start of the promised window.</summary>
    public double? LeadHours { get; init; }

    public ICollection<JobLineRecord>? JobLines { get; init; }

    public ICollection<VisitRecord>? Visits { get; init; }
}

/// <summary>A schedule-of-rates line of a job.</summary>
public sealed class JobLineRecord
{
    public long JobId { get; init; }

    /// <summary>1 for the first.</summary>
    public int Place { get; init; }

    public required string Code { get; init; }

    public required string Schedule { get; init; }

    public string? Trade { get; init; }

    public int? StandardMinutes { get; init; }
}

/// <summary>What is recorded of a visit.</summary>
public abstract class VisitColumns
{
    public long JobId { get; init; }

    public int Number { get; init; }

    public int OperativeId { get; init; }

    public int ContractId { get; init; }

    public DateOnly Day { get; init; }

    public DateTimeOffset Starts { get; init; }

    public DateTimeOffset Ends { get; init; }

    public required string PromiseWindow { get; init; }

    public DateTimeOffset PromiseStarts { get; init; }

    public DateTimeOffset PromiseEnds { get; init; }

    public double LatitudeDegrees { get; init; }

    public double LongitudeDegrees { get; init; }

    public short Stage { get; init; }

    public bool StartFixed { get; init; }

    public VisitState State { get; init; }

    public DateTimeOffset? HoldExpiresAt { get; init; }
}

/// <summary>A visit, as those see it who see its job.</summary>
public sealed class VisitRecord : VisitColumns
{
    public int? PropertyId { get; init; }

    public bool? Emergency { get; init; }

    public string? Patch { get; init; }

    /// <summary>Planned minutes on site.</summary>
    public double Minutes { get; init; }

    public string? Trade { get; init; }

    /// <summary>When work on site really began.</summary>
    public DateTimeOffset? ActualStarts { get; init; }

    public DateTimeOffset? ActualEnds { get; init; }

    /// <summary>How long after the end of its promise it begins, or began; 0 inside the promise.</summary>
    public double LateMinutes { get; init; }
}

/// <summary>
/// A row of a diary, as those see it who see the operative: also work under contracts beyond their scope, which takes the operative's time
/// all the same.
/// </summary>
public sealed class DiaryVisitRecord : VisitColumns;

/// <summary>The version of a diary.</summary>
public sealed class DiaryVersionRecord
{
    public int OperativeId { get; init; }

    public long Version { get; init; }
}

/// <summary>How much of a quota one day has used. An empty code stands for "all".</summary>
public sealed class QuotaUseRecord
{
    public int ContractId { get; init; }

    public DateOnly Day { get; init; }

    public required string Window { get; init; }

    public required string Patch { get; init; }

    public int Used { get; init; }
}
