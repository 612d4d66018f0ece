using System.Data.Common;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Coding;

/// <summary>Reads visits and jobs from columns in the order that <see cref="Rows"/> names; shared by both databases.</summary>
static class Rows<TColumns>
    where TColumns : IColumnReader
{
    /// <param name="at">The column at which <see cref="Rows.VisitColumns"/> begin.</param>
    public static Visit ReadVisit(DbDataReader row, int at) => new(
        new VisitId(new JobId(row.GetInt64(at)), row.GetInt32(at + 1)),
        new OperativeId(row.GetInt32(at + 2)),
        new ContractId(row.GetInt32(at + 3)),
        TColumns.ReadDay(row, at + 4),
        TColumns.ReadInstant(row, at + 5),
        TColumns.ReadInstant(row, at + 6),
        new Promise(new WindowCode(row.GetString(at + 7)), TColumns.ReadInstant(row, at + 8), TColumns.ReadInstant(row, at + 9)),
        new Place(row.GetDouble(at + 10), row.GetDouble(at + 11)),
        row.GetInt16(at + 12),
        row.GetBoolean(at + 13),
        (VisitState)row.GetInt16(at + 14),
        row.IsDBNull(at + 15) ? null : TColumns.ReadInstant(row, at + 15));

    /// <summary>From <c>contract_id, day, window_code, patch</c>.</summary>
    public static QuotaKey ReadQuota(DbDataReader row) =>
        new(new ContractId(row.GetInt32(0)), TColumns.ReadDay(row, 1), row.GetString(2), row.GetString(3));

    public static VisitPlace ReadPlace(DbDataReader row, int at) => new(
        new VisitId(new JobId(row.GetInt64(at)), row.GetInt32(at + 1)),
        new OperativeId(row.GetInt32(at + 2)),
        TColumns.ReadDay(row, at + 3),
        row.GetInt16(at + 4),
        (VisitState)row.GetInt16(at + 5));

    /// <summary>Reads jobs from rows of <see cref="Rows.JobColumns"/> and <see cref="Rows.PlaceColumns"/>, a row a visit, a job's rows
    /// together.</summary>
    public static async Task<List<Job>> ReadJobsAsync(DbDataReader row, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        var places = new List<VisitPlace>();
        Job? job = null;
        while (await row.ReadAsync(cancellationToken))
        {
            var id = new JobId(row.GetInt64(0));
            if (job is null || job.Id != id)
            {
                if (job is not null) jobs.Add(job with { Visits = [.. places] });
                places.Clear();
                job = ReadJob(row);
            }

            if (!row.IsDBNull(Rows.JobColumnCount)) places.Add(ReadPlace(row, Rows.JobColumnCount));
        }

        if (job is not null) jobs.Add(job with { Visits = [.. places] });
        return jobs;
    }

    /// <summary>A job without its visits, from columns that start with <see cref="Rows.JobColumns"/>.</summary>
    public static Job ReadJob(DbDataReader row)
    {
        var id = new JobId(row.GetInt64(0));
        var promise = ReadPromise(row, 12);
        var hold = row.IsDBNull(15)
            ? null
            : new Hold(
                new HoldId(id, row.GetInt32(15)),
                row.GetString(16),
                ReadPromise(row, 17) ?? throw new InvalidDataException($"Job {id} has a hold without a window."),
                TColumns.ReadInstant(row, 20));
        return new Job(
            id,
            row.GetInt64(1),
            new ContractId(row.GetInt32(2)),
            new OrganisationId(row.GetInt32(3)),
            new OrganisationId(row.GetInt32(4)),
            new PropertyId(row.GetInt32(5)),
            Lines(row.GetString(6)),
            row.GetString(7),
            row.GetBoolean(8),
            (JobStatus)row.GetInt16(9),
            TColumns.ReadInstant(row, 10),
            promise,
            hold,
            [],
            row.GetInt32(11));
    }

    static Promise? ReadPromise(DbDataReader row, int at) => row.IsDBNull(at)
        ? null
        : new Promise(new WindowCode(row.GetString(at)), TColumns.ReadInstant(row, at + 1), TColumns.ReadInstant(row, at + 2));

    static SorCode[] Lines(string text) =>
        text.Length == 0 ? [] : [.. text.Split(' ').Select(code => new SorCode(code))];
}

/// <summary>The column lists that <see cref="Rows{TColumns}"/> reads.</summary>
static class Rows
{
    public const string VisitColumns = """
        v.job_id, v.number, v.operative_id, v.contract_id, v.day, v.starts, v.ends, v.promise_window, v.promise_starts, v.promise_ends,
        v.latitude, v.longitude, v.stage, v.start_fixed, v.state, v.hold_expires_at
        """;

    public const string PlaceColumns = "v.job_id, v.number, v.operative_id, v.day, v.stage, v.state";

    public const int JobColumnCount = 21;

    public const string JobColumns = """
        j.job_id, j.version, j.contract_id, j.client_id, j.contractor_id, j.property_id, j.lines, j.description, j.emergency, j.status,
        j.reported_at, j.last_number, j.promise_window, j.promise_starts, j.promise_ends, j.hold_number, j.holder, j.hold_window,
        j.hold_starts, j.hold_ends, j.hold_expires_at
        """;

    /// <summary>
    /// Visits of a diary day start at most this long before that day begins in UTC: 14 hours for the easternmost time zone, and a margin.
    /// The index of visits is by start; the day itself is checked on the row.
    /// </summary>
    public static readonly Duration DayMargin = Duration.FromDays(1);

    public static Instant EarliestStart(LocalDate day) => day == LocalDate.MinIsoValue
        ? Instant.FromUnixTimeSeconds(-62_135_596_800)
        : day.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant() - DayMargin;

    /// <summary>Codes have no spaces, so a space parts them.</summary>
    public static string JoinLines(IReadOnlyList<SorCode> lines) =>
        lines.Count == 1 ? lines[0].Value : string.Join(' ', lines.Select(line => line.Value));
}
