using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Grains.Offers;

/// <summary>What an offer token stands for: a window for certain work at a certain place.</summary>
/// <param name="Job">The job that it was made for; null for a job that is not recorded yet.</param>
public sealed record Offer(
    ContractId Contract, PropertyId Property, IReadOnlyList<SorCode> Lines, LocalDate Day, WindowCode Window, JobId? Job, Instant ExpiresAt)
{
    /// <summary>Whether it was made for that job, or for a job like it that is not recorded yet.</summary>
    public bool IsFor(JobId id, Job? recorded) => (Job is null || Job == id)
        && (recorded is null || (recorded.Contract == Contract && recorded.Property == Property && recorded.Lines.SequenceEqual(Lines)));
}
