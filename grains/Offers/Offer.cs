using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Grains.Offers;

/// <summary>What an offer token stands for: a window for certain work at a certain place.</summary>
/// <param name="Job">The job that it was made for; null for a job that is not recorded yet.</param>
public sealed record Offer(
    ContractId Contract, PropertyId Property, IReadOnlyList<SorCode> Lines, LocalDate Day, WindowCode Window, JobId? Job, Instant ExpiresAt);
