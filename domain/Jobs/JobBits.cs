using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Jobs;

/// <summary>
/// Which jobs may be among some visits: of 64 bits one for each, by the lowest of its number, which are random. Where a job's bit is
/// missing the job is not, so most days of a diary need not be looked through for a visit; where it is there, the visits themselves tell.
/// </summary>
public readonly record struct JobBits
{
    readonly ulong bits;

    JobBits(ulong bits) => this.bits = bits;

    public static JobBits Of(JobId job) => new(1UL << (int)(job.Value & 63));

    public static JobBits Of(ReadOnlySpan<VisitId> visits)
    {
        var all = default(JobBits);
        foreach (var visit in visits) all |= Of(visit.Job);
        return all;
    }

    public static JobBits operator |(JobBits one, JobBits other) => new(one.bits | other.bits);

    /// <summary>Whether a job of the others may be among these.</summary>
    public bool MayShare(JobBits others) => (bits & others.bits) != 0;
}
