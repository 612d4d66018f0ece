using Npgsql;
using NpgsqlTypes;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// The arguments of <c>ledger_commit</c>: one array a column, kept from batch to batch by its lane, bound in binary form. They are bound by
/// position, in the order in which the function declares them.
/// </summary>
sealed class CommitArrays
{
    readonly List<NpgsqlParameter> parameters = [];
    readonly List<Action> clears = [];

    readonly List<int> diaryIds;
    readonly List<long> diaryExpected;
    readonly List<long> diaryVersions;
    readonly NpgsqlParameter<int> diariesNew;
    readonly NpgsqlParameter<int> jobsNew;
    readonly JobArrays jobs;
    readonly NpgsqlParameter<int> visitsUpsert;
    readonly VisitArrays visits;
    readonly List<long> removedJobs;
    readonly List<int> removedNumbers;
    readonly QuotaArrays quotas;
    readonly List<long?> eventHashes;
    readonly List<Guid?> eventKeys;
    readonly List<byte[]> eventPayloads;

    readonly List<DiaryWrite> sortedDiaries = [];
    readonly List<JobWrite> sortedJobs = [];
    readonly List<QuotaWrite> sortedQuotas = [];

    public CommitArrays()
    {
        diaryIds = Column<int>(NpgsqlDbType.Integer);
        diaryExpected = Column<long>(NpgsqlDbType.Bigint);
        diaryVersions = Column<long>(NpgsqlDbType.Bigint);
        diariesNew = Number();
        jobsNew = Number();
        jobs = new JobArrays(this);
        visitsUpsert = Number();
        visits = new VisitArrays(this);
        removedJobs = Column<long>(NpgsqlDbType.Bigint);
        removedNumbers = Column<int>(NpgsqlDbType.Integer);
        quotas = new QuotaArrays(this);
        eventHashes = Column<long?>(NpgsqlDbType.Bigint);
        eventKeys = Column<Guid?>(NpgsqlDbType.Uuid);
        eventPayloads = Column<byte[]>(NpgsqlDbType.Bytea);
    }

    /// <summary>Calls the function with these arrays. Parameters belong to one command at a time: the one before has let go of
    /// them.</summary>
    public NpgsqlCommand CreateCommand(NpgsqlConnection connection)
    {
        var places = string.Join(", ", Enumerable.Range(1, parameters.Count).Select(place => $"${place}"));
        var command = new NpgsqlCommand($"SELECT ledger_commit({places})", connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <param name="trustNew">Whether visits that cannot be there yet are inserted without looking.</param>
    public void Fill(BatchPlan plan, bool trustNew)
    {
        foreach (var clear in clears) clear();
        FillDiaries(plan);
        FillJobs(plan);
        FillVisits(plan, trustNew);
        FillQuotas(plan);
        foreach (var index in plan.Accepted)
        {
            var changeset = plan.Changesets[index];
            eventHashes.Add(changeset.Key?.BodyHash);
            eventKeys.Add(changeset.Key?.Key);
            eventPayloads.Add(EventCodec.Encode(changeset.Event));
        }
    }

    void FillDiaries(BatchPlan plan)
    {
        sortedDiaries.Clear();
        sortedDiaries.AddRange(plan.Diaries);
        sortedDiaries.Sort((a, b) => a.Operative.Value.CompareTo(b.Operative.Value));
        diariesNew.TypedValue = 0;
        foreach (var diary in sortedDiaries)
        {
            if (diary.Expected == 0) diariesNew.TypedValue++;
            diaryIds.Add(diary.Operative.Value);
            diaryExpected.Add(diary.Expected);
            diaryVersions.Add(diary.Version);
        }
    }

    void FillJobs(BatchPlan plan)
    {
        sortedJobs.Clear();
        sortedJobs.AddRange(plan.Jobs);
        sortedJobs.Sort((a, b) => a.State.Id.CompareTo(b.State.Id));
        jobsNew.TypedValue = 0;
        foreach (var job in sortedJobs)
        {
            if (job.Expected == 0) jobsNew.TypedValue++;
            jobs.Add(job);
        }
    }

    void FillVisits(BatchPlan plan, bool trustNew)
    {
        foreach (var visit in plan.Visits)
        {
            if (visit.State is null)
            {
                removedJobs.Add(visit.Id.Job.Value);
                removedNumbers.Add(visit.Id.Number);
            }
            else if (!visit.IsNew || !trustNew)
            {
                visits.Add(visit.State);
            }
        }

        visitsUpsert.TypedValue = visits.Count;
        if (!trustNew) return;
        foreach (var visit in plan.Visits)
        {
            if (visit is { State: { } state, IsNew: true }) visits.Add(state);
        }
    }

    void FillQuotas(BatchPlan plan)
    {
        if (plan.Quotas.Count == 0) return;
        sortedQuotas.Clear();
        sortedQuotas.AddRange(plan.Quotas);
        sortedQuotas.Sort((a, b) =>
        {
            var order = a.Key.Contract.Value.CompareTo(b.Key.Contract.Value);
            if (order == 0) order = a.Key.Day.CompareTo(b.Key.Day);
            if (order == 0) order = string.CompareOrdinal(a.Key.Window, b.Key.Window);
            return order == 0 ? string.CompareOrdinal(a.Key.Patch, b.Key.Patch) : order;
        });
        foreach (var quota in sortedQuotas) quotas.Add(quota);
    }

    List<T> Column<T>(NpgsqlDbType type)
    {
        var values = new List<T>();
        parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        clears.Add(values.Clear);
        return values;
    }

    NpgsqlParameter<int> Number()
    {
        var parameter = new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer };
        parameters.Add(parameter);
        return parameter;
    }

    sealed class JobArrays(CommitArrays arrays)
    {
        readonly List<long> expected = arrays.Column<long>(NpgsqlDbType.Bigint);
        readonly List<long> id = arrays.Column<long>(NpgsqlDbType.Bigint);
        readonly List<long> version = arrays.Column<long>(NpgsqlDbType.Bigint);
        readonly List<DateTime> reportedAt = arrays.Column<DateTime>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime?> promiseStarts = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime?> promiseEnds = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime?> holdStarts = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime?> holdEnds = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime?> holdExpiresAt = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<int> contract = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> client = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> contractor = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> property = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> lastNumber = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int?> holdNumber = arrays.Column<int?>(NpgsqlDbType.Integer);
        readonly List<short> status = arrays.Column<short>(NpgsqlDbType.Smallint);
        readonly List<bool> emergency = arrays.Column<bool>(NpgsqlDbType.Boolean);
        readonly List<string> lines = arrays.Column<string>(NpgsqlDbType.Text);
        readonly List<string> description = arrays.Column<string>(NpgsqlDbType.Text);
        readonly List<string?> promiseWindow = arrays.Column<string?>(NpgsqlDbType.Text);
        readonly List<string?> holdWindow = arrays.Column<string?>(NpgsqlDbType.Text);
        readonly List<string?> holder = arrays.Column<string?>(NpgsqlDbType.Text);

        public void Add(JobWrite write)
        {
            var job = write.State;
            expected.Add(write.Expected);
            id.Add(job.Id.Value);
            version.Add(job.Version);
            reportedAt.Add(Moments.ToUtc(job.ReportedAt));
            promiseStarts.Add(Moments.ToUtc(job.Promise?.Start));
            promiseEnds.Add(Moments.ToUtc(job.Promise?.End));
            holdStarts.Add(Moments.ToUtc(job.Hold?.Promise.Start));
            holdEnds.Add(Moments.ToUtc(job.Hold?.Promise.End));
            holdExpiresAt.Add(Moments.ToUtc(job.Hold?.ExpiresAt));
            contract.Add(job.Contract.Value);
            client.Add(job.Client.Value);
            contractor.Add(job.Contractor.Value);
            property.Add(job.Property.Value);
            lastNumber.Add(job.LastNumber);
            holdNumber.Add(job.Hold?.Id.Number);
            status.Add((short)job.Status);
            emergency.Add(job.Emergency);
            lines.Add(Rows.JoinLines(job.Lines));
            description.Add(job.Description);
            promiseWindow.Add(job.Promise?.Window.Value);
            holdWindow.Add(job.Hold?.Promise.Window.Value);
            holder.Add(job.Hold?.Holder);
        }
    }

    sealed class VisitArrays(CommitArrays arrays)
    {
        readonly List<long> job = arrays.Column<long>(NpgsqlDbType.Bigint);
        readonly List<DateTime> starts = arrays.Column<DateTime>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime> ends = arrays.Column<DateTime>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime> promiseStarts = arrays.Column<DateTime>(NpgsqlDbType.TimestampTz);
        readonly List<DateTime> promiseEnds = arrays.Column<DateTime>(NpgsqlDbType.TimestampTz);
        readonly List<double> latitude = arrays.Column<double>(NpgsqlDbType.Double);
        readonly List<double> longitude = arrays.Column<double>(NpgsqlDbType.Double);
        readonly List<DateTime?> holdExpiresAt = arrays.Column<DateTime?>(NpgsqlDbType.TimestampTz);
        readonly List<int> number = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> operative = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> contract = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<DateOnly> day = arrays.Column<DateOnly>(NpgsqlDbType.Date);
        readonly List<short> stage = arrays.Column<short>(NpgsqlDbType.Smallint);
        readonly List<short> state = arrays.Column<short>(NpgsqlDbType.Smallint);
        readonly List<bool> startFixed = arrays.Column<bool>(NpgsqlDbType.Boolean);
        readonly List<string> window = arrays.Column<string>(NpgsqlDbType.Text);

        public int Count => job.Count;

        public void Add(Visit visit)
        {
            job.Add(visit.Id.Job.Value);
            starts.Add(Moments.ToUtc(visit.Start));
            ends.Add(Moments.ToUtc(visit.End));
            promiseStarts.Add(Moments.ToUtc(visit.Promise.Start));
            promiseEnds.Add(Moments.ToUtc(visit.Promise.End));
            latitude.Add(visit.Place.LatitudeDegrees);
            longitude.Add(visit.Place.LongitudeDegrees);
            holdExpiresAt.Add(Moments.ToUtc(visit.HoldExpiresAt));
            number.Add(visit.Id.Number);
            operative.Add(visit.Operative.Value);
            contract.Add(visit.Contract.Value);
            day.Add(visit.Day.ToDateOnly());
            stage.Add((short)visit.Stage);
            state.Add((short)visit.State);
            startFixed.Add(visit.StartFixed);
            window.Add(visit.Promise.Window.Value);
        }
    }

    sealed class QuotaArrays(CommitArrays arrays)
    {
        readonly List<int> contract = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<DateOnly> day = arrays.Column<DateOnly>(NpgsqlDbType.Date);
        readonly List<string> window = arrays.Column<string>(NpgsqlDbType.Text);
        readonly List<string> patch = arrays.Column<string>(NpgsqlDbType.Text);
        readonly List<int> net = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> least = arrays.Column<int>(NpgsqlDbType.Integer);
        readonly List<int> most = arrays.Column<int>(NpgsqlDbType.Integer);

        public void Add(QuotaWrite quota)
        {
            contract.Add(quota.Key.Contract.Value);
            day.Add(quota.Key.Day.ToDateOnly());
            window.Add(quota.Key.Window);
            patch.Add(quota.Key.Patch);
            net.Add(quota.Net);
            least.Add(quota.Least);
            most.Add(quota.Most);
        }
    }
}
