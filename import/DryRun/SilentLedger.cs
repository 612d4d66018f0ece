using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.DryRun;

/// <summary>A ledger that is read and never written to.</summary>
sealed class SilentLedger(ILedger inner) : ILedger
{
    public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A dry run does not commit.");

    /// <summary>As if all had been committed.</summary>
    public Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets, CancellationToken cancellationToken) =>
        Task.FromResult<(int, CommitStatus)?>(null);

    public Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken) =>
        inner.FindByKeyAsync(key, cancellationToken);

    public Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken) => inner.LoadJobAsync(job, cancellationToken);

    public Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(
        IReadOnlyList<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken) =>
        inner.LoadDiariesAsync(operatives, from, cancellationToken);

    public IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(LocalDate from, CancellationToken cancellationToken) =>
        inner.LoadAllDiariesAsync(from, cancellationToken);

    public Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken) =>
        inner.LoadQuotasAsync(from, cancellationToken);

    public Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken) =>
        inner.FindExpiredHoldsAsync(now, limit, cancellationToken);

    public Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken) =>
        inner.FindJobsAsync(property, limit, cancellationToken);

    /// <summary>The ledger belongs to the caller.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
