using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Ledger.State;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>The simulated database as one process has it, over a link: real group commit and real rules, and rows in memory.</summary>
sealed class SimulatedDatabase : LedgerDatabase
{
    readonly SimulatedRecord record;
    readonly GroupCommit commits;

    public SimulatedDatabase(SimulatedRecord record, ILink link, LedgerOptions options)
    {
        this.record = record;
        var lanes = Enumerable.Range(0, options.MaxBatchesInFlight).Select(_ => new SimulatedLane(record, link));
        commits = new GroupCommit(lanes, options.MaxBatch, options.MaxWaiting, NullLogger.Instance, link.Carriers);
        Ledger = new OverLink(record, link, commits);
        Feed = new FeedOverLink(record, link);
        Registry = new RegistryOverLink(record, link);
        State = new StateOverLink(record, link);
    }

    public override ILedger Ledger { get; }

    public override IFeed Feed { get; }

    public override IRegistryStore Registry { get; }

    public override IStateStore State { get; }

    /// <summary>Every process thinks that it has all duties, as two may for a moment: what they do bears being done twice.</summary>
    public override IDuties Duties { get; } = new EveryDuty();

    public override ReadingSide OpenReading(IEnumerable<IInterceptor> watchers) =>
        throw new NotSupportedException("Nobody asks for lists here.");

    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task OpenExistingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<ILedgerSnapshot> OpenSnapshotAsync(CancellationToken cancellationToken) => Task.FromResult(record.Snapshot());

    protected override ValueTask CloseAsync() => commits.DisposeAsync();

    sealed class OverLink(SimulatedRecord record, ILink link, GroupCommit commits) : ILedger
    {
        public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
        {
            ChangesetRules.Check(changeset);
            return commits.CommitAsync(changeset, cancellationToken);
        }

        public Task<(int Index, CommitStatus Status)?> ImportAsync(
            IReadOnlyList<Changeset> changesets, CancellationToken cancellationToken)
        {
            foreach (var changeset in changesets) ChangesetRules.Check(changeset);
            return new SimulatedLane(record, link).ImportAsync(changesets);
        }

        public Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken) =>
            link.AskAsync("find key", () => record.FindByKey(key));

        public Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken) =>
            link.AskAsync("load job", () => record.LoadJob(job));

        public Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(
            IReadOnlyList<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<DiaryRecord>>("load diaries", () => record.LoadDiaries(operatives, from));

        public async IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(
            LocalDate from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var diary in await link.AskAsync("load all diaries", () => record.LoadAllDiaries(from))) yield return diary;
        }

        public Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken) =>
            link.AskAsync("load quotas", () => record.LoadQuotas(from));

        public Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<JobId>>("find expired holds", () => record.FindExpiredHolds(now, limit));

        public Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<Job>>("find jobs", () => record.FindJobs(property, limit));

        public ValueTask DisposeAsync() => commits.DisposeAsync();
    }

    sealed class FeedOverLink(SimulatedRecord record, ILink link) : IFeed
    {
        public Task<long> HeadAsync(CancellationToken cancellationToken) => link.AskAsync("feed head", record.Head);

        public Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<FeedEntry>>("read feed", () => record.ReadFeed(after, limit));

        public Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<FeedEntry>>("read feed back", () => record.ReadFeedBack(before, limit));

        public Task WaitAsync(long after, CancellationToken cancellationToken) => link.WaitAsync(after, cancellationToken);
    }

    sealed class RegistryOverLink(SimulatedRecord record, ILink link) : IRegistryStore
    {
        Instant Now => Instant.FromDateTimeOffset(link.Time.GetUtcNow());

        public Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken) =>
            link.AskAsync("load registry", record.LoadRegistry);

        public Task<long> VersionAsync(CancellationToken cancellationToken) => link.AskAsync("registry version", record.RegistryVersion);

        public async Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
        {
            var result = await link.AskAsync("upsert registry", () => record.Upsert(batch, Now));
            link.Committed();
            return result;
        }

        public async Task<(CommitResult? Result, Refusal? Refusal)> TellAsync(
            OperativeId operative, DayTelling telling, CommandKey key, string actor, CancellationToken cancellationToken)
        {
            var told = await link.AskAsync("tell", () => record.Tell(operative, telling, key, actor, Now));
            link.Committed();
            return told;
        }

        public Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken) =>
            link.AskAsync("find property", () => record.FindProperty(property));

        public Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken) =>
            link.AskAsync("find property", () => record.FindProperty(client, reference));

        public Task<IReadOnlyList<Property>> SearchPropertiesAsync(
            IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<Property>>("search properties", () => record.SearchProperties(areas, text, limit));

        public Task<int> CountPropertiesAsync(CancellationToken cancellationToken) =>
            link.AskAsync("count properties", record.CountProperties);
    }

    sealed class StateOverLink(SimulatedRecord record, ILink link) : IStateStore
    {
        public Task<StateRow?> ReadAsync(string type, string key, CancellationToken cancellationToken) =>
            link.AskAsync("read state", () => record.ReadState(type, key));

        public Task<long?> WriteAsync(string type, string key, byte[] data, long? etag, CancellationToken cancellationToken)
        {
            Etags.Check(type, key);
            return link.AskAsync("write state", () => record.WriteState(type, key, data, etag));
        }

        public Task<bool> ClearAsync(string type, string key, long etag, CancellationToken cancellationToken) =>
            link.AskAsync("clear state", () => record.ClearState(type, key, etag));

        public Task<long> PutReminderAsync(
            string grain, string name, Instant startsAt, Duration period, CancellationToken cancellationToken) =>
            link.AskAsync("put reminder", () => record.PutReminder(grain, name, startsAt, period));

        public Task<bool> RemoveReminderAsync(string grain, string name, long etag, CancellationToken cancellationToken) =>
            link.AskAsync("remove reminder", () => record.RemoveReminder(grain, name, etag));

        public Task<IReadOnlyList<ReminderRow>> ReadRemindersAsync(string grain, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<ReminderRow>>("read reminders", () => record.ReadReminders(grain));

        public Task<IReadOnlyList<ReminderRow>> ReadAllRemindersAsync(
            string afterGrain, string afterName, CancellationToken cancellationToken) =>
            link.AskAsync<IReadOnlyList<ReminderRow>>("read reminders", () => record.ReadAllReminders(afterGrain, afterName));
    }
}
